/** Draws with WebGL2: true pixel values in a texture, contrast and colour table in the shader. */
import { areaOf, type Area, type Picture } from '../../src-preload/contract/pixels'
import { LAYERS, type Layer } from './layers'
import type { Drawing, PictureRenderer } from './picture-renderer'

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
  readonly area: Area
  readonly program: WebGLProgram
  readonly internal: number
  readonly colours: boolean
}

/** The textures of the layers come before it. */
const LUT_UNIT = LAYERS.length

/** null where WebGL2 is not to be had. `lost` is called when the GPU takes the context away. */
export function createGlRenderer(canvas: HTMLCanvasElement, lost: () => void): PictureRenderer | null {
  const gl = canvas.getContext('webgl2', {
    alpha: true,
    antialias: false,
    premultipliedAlpha: true,
    preserveDrawingBuffer: false
  })
  if (gl === null) return null
  const integer = compile(gl, 'usampler2D')
  const float = compile(gl, 'sampler2D')
  return integer === null || float === null ? null : rendererOf(gl, { integer, float }, canvas, lost)
}

interface Programs {
  readonly integer: WebGLProgram
  readonly float: WebGLProgram
}

function rendererOf(
  gl: WebGL2RenderingContext,
  { integer, float }: Programs,
  canvas: HTMLCanvasElement,
  lost: () => void
): PictureRenderer {
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1)
  const units: Readonly<Record<Layer, number>> = { whole: 0, detail: 1 }
  const pixels = LAYERS.map((layer) => texture(gl, units[layer]))
  const colours = texture(gl, LUT_UNIT)
  const largest = Number(gl.getParameter(gl.MAX_TEXTURE_SIZE))

  const shown = new Map<Layer, Shown>()
  let table: Uint8Array | null = null
  const onLost = (event: Event): void => {
    event.preventDefault()
    lost()
  }
  canvas.addEventListener('webglcontextlost', onLost)

  function upload(layer: Layer, picture: Picture): void {
    const { width, height, data } = picture
    const { internal, format, type, integer: whole } = formatOf(gl, picture)
    const before = shown.get(layer)
    gl.activeTexture(gl.TEXTURE0 + units[layer])
    if (before?.width === width && before.height === height && before.internal === internal) {
      gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, height, format, type, data)
    } else {
      gl.texImage2D(gl.TEXTURE_2D, 0, internal, width, height, 0, format, type, data)
    }
    shown.set(layer, {
      width,
      height,
      area: areaOf(picture),
      internal,
      colours: picture.samples === 3,
      program: whole ? integer : float
    })
  }

  function drawLayer(layer: Layer, { placement, canvas: room, pixelRatio, from, to }: Drawing): void {
    const found = shown.get(layer)
    if (found === undefined) return
    const { program, area, width, height } = found
    const { scale } = placement
    gl.useProgram(program)
    const at = (name: string): WebGLUniformLocation | null => gl.getUniformLocation(program, name)
    // nothing is blended: what is missing in a finer part is not filled from the coarser one under it
    gl.uniform4f(
      at('rect'),
      ((placement.x + area.x * scale) / room.width) * 2 - 1,
      1 - ((placement.y + area.y * scale) / room.height) * 2,
      ((area.width * scale) / room.width) * 2,
      ((area.height * scale) / room.height) * 2
    )
    gl.uniform1i(at('pixels'), units[layer])
    gl.uniform1i(at('lut'), LUT_UNIT)
    gl.uniform2f(at('size'), width, height)
    gl.uniform2f(at('window_'), from, 1 / Math.max(to - from, Number.MIN_VALUE * 1e16))
    gl.uniform1i(at('smooth_'), scale * (area.width / width) * pixelRatio < 1 ? 1 : 0)
    gl.uniform1i(at('colours_'), found.colours ? 1 : 0)
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4)
  }

  return {
    kind: 'webgl2',
    upload(layer, picture) {
      // one that the GPU can't hold is not shown, and least of all the one before it
      if (picture === null || Math.max(picture.width, picture.height) > largest) shown.delete(layer)
      else upload(layer, picture)
    },
    draw(drawing) {
      const { canvas: room, pixelRatio, table: wanted } = drawing
      const width = Math.max(1, Math.round(room.width * pixelRatio))
      const height = Math.max(1, Math.round(room.height * pixelRatio))
      if (canvas.width !== width) canvas.width = width
      if (canvas.height !== height) canvas.height = height
      gl.viewport(0, 0, width, height)
      gl.clearColor(0, 0, 0, 0)
      gl.clear(gl.COLOR_BUFFER_BIT)
      if (shown.size > 0 && table !== wanted) {
        table = wanted
        gl.activeTexture(gl.TEXTURE0 + LUT_UNIT)
        gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, wanted)
      }
      for (const layer of LAYERS) drawLayer(layer, drawing)
    },
    dispose() {
      canvas.removeEventListener('webglcontextlost', onLost)
      for (const each of pixels) gl.deleteTexture(each)
      gl.deleteTexture(colours)
      gl.deleteProgram(integer)
      gl.deleteProgram(float)
    }
  }
}
