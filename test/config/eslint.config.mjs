// Lint for the whole checkout; run from its root. Style is Prettier's affair, layers are test/layers.test.ts's.
import { resolve } from 'node:path'
import prettier from 'eslint-config-prettier'
import node from 'eslint-plugin-n'
import vue from 'eslint-plugin-vue'
import globals from 'globals'
import tseslint from 'typescript-eslint'

// Globals that Electron 22's main process lacks. The n plugin checks only names that are declared.
const lateGlobals = [
  'Blob BroadcastChannel CompressionStream CustomEvent DecompressionStream File FormData Headers ReadableStream',
  'Request Response TransformStream WebSocket WritableStream crypto fetch navigator structuredClone'
]
const lateGlobalNames = lateGlobals.join(' ').split(' ')

// Present in newer Chrome, absent in 108, and typed by lib.dom all the same.
const lateInChrome = [
  { object: 'URL', property: 'canParse', message: 'Chrome 108 lacks it.' },
  { object: 'URL', property: 'parse', message: 'Chrome 108 lacks it.' },
  { object: 'AbortSignal', property: 'any', message: 'Electron 22 lacks it.' },
  { property: 'showPopover', message: 'Chrome 108 lacks the popover attribute.' },
  { property: 'startViewTransition', message: 'Chrome 108 lacks it.' },
  { property: 'setHTMLUnsafe', message: 'Text from devices and files is never rendered as HTML.' }
]

const lateSyntax = [
  {
    selector: 'AccessorProperty',
    message: 'The accessor keyword is emitted raw and is a SyntaxError on Electron 22.'
  },
  {
    selector: 'Literal[regex.flags=/v/]',
    message: 'The v flag of regular expressions throws on Electron 22.'
  }
]

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/',
      'out/',
      'dist/',
      'test-results/',
      'test/conformance/',
      'test/fixtures/',
      'coverage/',
      '**/*.d.ts'
    ]
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  ...tseslint.configs.recommended,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.ts', '**/*.vue'],
    languageOptions: {
      parserOptions: {
        parser: tseslint.parser,
        tsconfigRootDir: resolve(import.meta.dirname, '../..'),
        projectService: { allowDefaultProject: ['electron.vite.config.ts'] },
        extraFileExtensions: ['.vue']
      }
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true }
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
      'no-restricted-properties': ['error', ...lateInChrome],
      'no-restricted-syntax': ['error', ...lateSyntax]
    }
  },
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-empty': 'error', // also an empty catch: an error is handled or passed on
      'max-lines': ['error', { max: 400 }],
      'vue/no-v-html': 'error',
      'vue/multi-word-component-names': 'off' // a component is named by the field's word, which may be one
    }
  },
  {
    files: ['src-main/**/*.ts'],
    plugins: { n: node },
    languageOptions: {
      globals: { ...globals.node, ...Object.fromEntries(lateGlobalNames.map((name) => [name, 'readonly'])) }
    },
    settings: { node: { version: '>=16.17.0' } },
    rules: {
      'n/no-unsupported-features/es-builtins': 'error',
      // false alarms: there in 16.17, or put in by the bundler
      'n/no-unsupported-features/node-builtins': [
        'error',
        { ignores: ['util.parseArgs', 'stream/web', 'import.meta.dirname', 'import.meta.filename'] }
      ]
    }
  },
  {
    files: ['src-renderer/**/*.{ts,vue}', 'src-preload/**/*.ts'],
    plugins: { n: node },
    languageOptions: { globals: globals.browser },
    settings: { node: { version: '>=16.17.0' } },
    rules: { 'n/no-unsupported-features/es-builtins': 'error' }
  },
  {
    files: ['**/*.mjs', 'resources/bin/*'],
    languageOptions: { globals: globals.node }
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { globals: globals.node },
    rules: { '@typescript-eslint/no-require-imports': 'off' } // a CommonJS file has nothing else
  },
  prettier
)
