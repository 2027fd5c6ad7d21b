/** Draws with WebGL2: true pixel values in a texture, contrast and colour table in the shader. */
import type { Picture } from '../../src-preload/contract/pixels'
import type { PictureRenderer } from './picture-renderer'

const VERTEX = `#version 300 es
uniform vec4 rect;      // left, top, width, height in clip space
out vec2 at;            // 0 to 1 over the picture, top left first
void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  at = corner;
  gl_Position = vec4(rect.x + corner.x * rect.z, rect.y - corner.y * rect.w, 0.0, 1.0);
}`

/** Integer textures cannot be filtered by the GPU, so the shader blends four neighbours itself, and only when shrinking. */
const fragment = (sampler: string): string => `#version 300 es
precision highp float;
precision highp int;
precision highp ${sampler};
uniform ${sampler} pixels;
uniform sampler2D lut;
uniform vec2 size;
uniform vec2 window_;   // from, 1 / (to - from)
uniform bool smooth_;
uniform bool colours_;  // red, green and blue instead of one value for the table
in vec2 at;
out vec4 colour;
vec3 value(ivec2 p) {
  return vec3(texelFetch(pixels, clamp(p, ivec2(0), ivec2(size) - 1), 0).rgb);
}
void main() {
  vec2 p = at * size;
  vec3 v;
  if (smooth_) {
    vec2 q = p - 0.5;
    ivec2 i = ivec2(floor(q));
    vec2 f = q - vec2(i);
    v = mix(mix(value(i), value(i + ivec2(1, 0)), f.x), mix(value(i + ivec2(0, 1)), value(i + ivec2(1, 1)), f.x), f.y);
  } else {
    v = value(ivec2(p));
  }
  vec3 t = clamp((v - window_.x) * window_.y, 0.0, 1.0);
  // NaN is no value: transparent, so that the well shows through.
  if (v.r != v.r) colour = vec4(0.0);
  else colour = colours_ ? vec4(t, 1.0) : texelFetch(lut, ivec2(int(t.r * 255.0 + 0.5), 0), 0);
}`

interface Format {
  readonly internal: number
  readonly format: number
  readonly type: number
  readonly integer: boolean
}

function formatOf(gl: WebGL2RenderingContext, { data, samples }: Picture): Format {
  if (samples === 3) return coloursOf(gl, data)
  if (data instanceof Uint8Array)
    return { internal: gl.R8UI, format: gl.RED_INTEGER, type: gl.UNSIGNED_BYTE, integer: true }
  if (data instanceof Uint16Array) {
    return { internal: gl.R16UI, format: gl.RED_INTEGER, type: gl.UNSIGNED_SHORT, integer: true }
  }
  return { internal: gl.R32F, format: gl.RED, type: gl.FLOAT, integer: false }
}

function coloursOf(gl: WebGL2RenderingContext, data: Picture['data']): Format {
  if (data instanceof Uint8Array)
    return { internal: gl.RGB8UI, format: gl.RGB_INTEGER, type: gl.UNSIGNED_BYTE, integer: true }
  if (data instanceof Uint16Array)
    return { internal: gl.RGB16UI, format: gl.RGB_INTEGER, type: gl.UNSIGNED_SHORT, integer: true }
  return { internal: gl.RGB32F, format: gl.RGB, type: gl.FLOAT, integer: false }
}

function compile(gl: WebGL2RenderingContext, sampler: string): WebGLProgram | null {
  const program = gl.createProgram()
  if (program === null) return null
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, fragment(sampler)]
  ] as const) {
    const shader = gl.createShader(type)
    if (shader === null) return null
    gl.shaderSource(shader, source)
    gl.compileShader(shader)
    gl.attachShader(program, shader)
  }
  gl.linkProgram(program)
  return gl.getProgramParameter(program, gl.LINK_STATUS) === true ? program : null
}

function texture(gl: WebGL2RenderingContext, unit: number): WebGLTexture | null {
  const made = gl.createTexture()
  gl.activeTexture(gl.TEXTURE0 + unit)
  gl.bindTexture(gl.TEXTURE_2D, made)
  for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER])
    gl.texParameteri(gl.TEXTURE_2D, name, gl.NEAREST)
  for (const name of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T])
    gl.texParameteri(gl.TEXTURE_2D, name, gl.CLAMP_TO_EDGE)
  return made
}

interface Shown {
  readonly width: number
  readonly height: number
  readonly step: number
  readonly program: WebGLProgram
  readonly internal: number
  readonly colours: boolean
}

/** null where WebGL2 is not to be had. `lost` is called when the GPU takes the context away. */
export function createGlRenderer(canvas: HTMLCanvasElement, lost: () => void): PictureRenderer | null {
  const gl = canvas.getContext('webgl2', {
    alpha: true,
    antialias: false,
    premultipliedAlpha: true,
    preserveDrawingBuffer: false
  })
  if (gl === null) return null
  const programs = { integer: compile(gl, 'usampler2D'), float: compile(gl, 'sampler2D') }
  const { integer, float } = programs
  if (integer === null || float === null) return null
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1)
  const pixels = texture(gl, 0)
  const colours = texture(gl, 1)
  const largest = Number(gl.getParameter(gl.MAX_TEXTURE_SIZE))

  let shown: Shown | null = null
  let table: Uint8Array | null = null
  const onLost = (event: Event): void => {
    event.preventDefault()
    lost()
  }
  canvas.addEventListener('webglcontextlost', onLost)

  return {
    kind: 'webgl2',
    upload(picture) {
      const { width, height, step, data } = picture
      if (width > largest || height > largest) return
      const { internal, format, type, integer: whole } = formatOf(gl, picture)
      gl.activeTexture(gl.TEXTURE0)
      if (shown !== null && shown.width === width && shown.height === height && shown.internal === internal) {
        gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, height, format, type, data)
      } else {
        gl.texImage2D(gl.TEXTURE_2D, 0, internal, width, height, 0, format, type, data)
      }
      shown = {
        width,
        height,
        step,
        internal,
        colours: picture.samples === 3,
        program: whole ? integer : float
      }
    },
    draw({ placement, canvas: room, pixelRatio, from, to, table: wanted }) {
      const width = Math.max(1, Math.round(room.width * pixelRatio))
      const height = Math.max(1, Math.round(room.height * pixelRatio))
      if (canvas.width !== width) canvas.width = width
      if (canvas.height !== height) canvas.height = height
      gl.viewport(0, 0, width, height)
      gl.clearColor(0, 0, 0, 0)
      gl.clear(gl.COLOR_BUFFER_BIT)
      if (shown === null) return
      if (table !== wanted) {
        table = wanted
        gl.activeTexture(gl.TEXTURE1)
        gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, wanted)
      }
      const { program, step, colours: inColour } = shown
      gl.useProgram(program)
      const at = (name: string): WebGLUniformLocation | null => gl.getUniformLocation(program, name)
      const wide = shown.width * step * placement.scale
      const high = shown.height * step * placement.scale
      gl.uniform4f(
        at('rect'),
        (placement.x / room.width) * 2 - 1,
        1 - (placement.y / room.height) * 2,
        (wide / room.width) * 2,
        (high / room.height) * 2
      )
      gl.uniform1i(at('pixels'), 0)
      gl.uniform1i(at('lut'), 1)
      gl.uniform2f(at('size'), shown.width, shown.height)
      gl.uniform2f(at('window_'), from, 1 / Math.max(to - from, Number.MIN_VALUE * 1e16))
      gl.uniform1i(at('smooth_'), placement.scale * step * pixelRatio < 1 ? 1 : 0)
      gl.uniform1i(at('colours_'), inColour ? 1 : 0)
      gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4)
    },
    dispose() {
      canvas.removeEventListener('webglcontextlost', onLost)
      gl.deleteTexture(pixels)
      gl.deleteTexture(colours)
      gl.deleteProgram(integer)
      gl.deleteProgram(float)
    }
  }
}
