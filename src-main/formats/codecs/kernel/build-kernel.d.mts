export function compileKernel(): Promise<Buffer>
export function kernelText(code: Buffer): string
