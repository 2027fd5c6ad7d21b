// For plain tsc, which cannot read components; vue-tsc checks them in src-renderer.
declare module '*.vue' {
  import type { DefineComponent } from 'vue'
  const component: DefineComponent
  export default component
}
