// The part of WebAssembly that main uses. TypeScript has it in lib.dom alone, and with lib.dom in main
// the compiler would accept half a browser there.
declare namespace WebAssembly {
  type ImportValue = Memory | Table | Global | ((...values: never[]) => unknown) | number
  type Imports = Record<string, Record<string, ImportValue>>
  type ExportValue = ((...values: number[]) => number) | Memory | Table | Global | undefined

  class Memory {
    constructor(size: { initial: number; maximum?: number; shared?: boolean })
    readonly buffer: ArrayBuffer | SharedArrayBuffer
    grow(pages: number): number
  }
  class Table {
    constructor(size: { element: 'anyfunc' | 'externref'; initial: number; maximum?: number })
    readonly length: number
  }
  class Global {
    constructor(type: { value: 'i32' | 'i64' | 'f32' | 'f64'; mutable?: boolean }, value?: number | bigint)
    value: number | bigint
  }
  class Module {
    constructor(code: ArrayBuffer | ArrayBufferView)
    private readonly module: true
  }
  class Instance {
    constructor(module: Module, imports?: Imports)
    readonly exports: Readonly<Record<string, ExportValue>>
  }
  class CompileError extends Error {}
  class LinkError extends Error {}
  class RuntimeError extends Error {}

  function compile(code: ArrayBuffer | ArrayBufferView): Promise<Module>
  function instantiate(module: Module, imports?: Imports): Promise<Instance>
  function validate(code: ArrayBuffer | ArrayBufferView): boolean
}
