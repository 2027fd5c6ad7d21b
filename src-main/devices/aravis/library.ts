/** The functions of libaravis that we call, by koffi, and how its errors are read. They are called in the camera's thread only. */
import koffi from 'koffi'
import { Failed } from '../../../src-preload/contract/failure'

/** A C pointer as koffi hands it out; null is C's NULL. */
export type Pointer = unknown
type ErrorPlace = [Pointer]

const ARAVIS = {
  linux: ['libaravis-0.8.so.0'],
  darwin: ['libaravis-0.8.0.dylib', '/opt/homebrew/lib/libaravis-0.8.0.dylib'],
  win32: ['libaravis-0.8-0.dll']
}
const GOBJECT = {
  linux: ['libgobject-2.0.so.0'],
  darwin: ['libgobject-2.0.0.dylib', '/opt/homebrew/lib/libgobject-2.0.0.dylib'],
  win32: ['libgobject-2.0-0.dll']
}
const C = { linux: ['libc.so.6'], darwin: ['libSystem.B.dylib'], win32: ['msvcrt.dll'] }

function load(names: Partial<Record<string, readonly string[]>>): ReturnType<typeof koffi.load> {
  const problems: string[] = []
  for (const name of names[process.platform] ?? []) {
    try {
      return koffi.load(name)
    } catch (error) {
      problems.push(String(error))
    }
  }
  throw new Failed('device.absent', 'GenICam cameras need the library Aravis 0.8, which is not installed.', {
    next: 'Install it (on Debian: sudo apt-get install libaravis-0.8-0) and connect the camera again.',
    detail: problems.join('\n')
  })
}

let kept: readonly unknown[] | null = null

/**
 * Loads the libraries in main too, where nothing is called: when the last thread that loaded them ends they would leave memory, and GLib can't
 * be loaded twice. Fails with a sentence where they are not installed.
 */
export function keepAravisLoaded(): void {
  kept ??= [load(ARAVIS), load(GOBJECT)]
}

export type Aravis = ReturnType<typeof openAravis>

export function openAravis() {
  const aravis = load(ARAVIS)
  const gobject = load(GOBJECT)
  const error = koffi.struct({ domain: 'uint32', code: 'int', message: 'str' })

  /** A function of the library whose last parameter is a GError; that error is thrown as a failure. */
  function checked<A extends readonly unknown[], R>(declaration: string): (...args: A) => R {
    const call = aravis.func(declaration) as unknown as (...args: [...A, ErrorPlace]) => R
    return (...args) => {
      const place: ErrorPlace = [null]
      const answer = call(...args, place)
      if (place[0] === null) return answer
      const { message } = koffi.decode(place[0], error) as { message: string }
      throw new Failed('device.refused', `The camera answered: ${message}.`)
    }
  }
  const plain = <A extends readonly unknown[], R>(declaration: string): ((...args: A) => R) =>
    aravis.func(declaration)
  type Get<T> = (camera: Pointer) => T
  type Put<T extends readonly unknown[]> = (camera: Pointer, ...values: T) => void
  type Pair = [camera: Pointer, low: [number], high: [number]]

  return {
    updateList: plain<[], void>('void arv_update_device_list()'),
    count: plain<[], number>('unsigned int arv_get_n_devices()'),
    id: plain<[number], string | null>('str arv_get_device_id(unsigned int)'),
    vendor: plain<[number], string | null>('str arv_get_device_vendor(unsigned int)'),
    model: plain<[number], string | null>('str arv_get_device_model(unsigned int)'),
    serial: plain<[number], string | null>('str arv_get_device_serial_nbr(unsigned int)'),

    open: checked<[string], Pointer>('void *arv_camera_new(str, _Out_ void **)'),
    vendorOf: checked('str arv_camera_get_vendor_name(void *, _Out_ void **)') as Get<string>,
    modelOf: checked('str arv_camera_get_model_name(void *, _Out_ void **)') as Get<string>,
    packetSize: checked('unsigned int arv_camera_gv_get_packet_size(void *, _Out_ void **)') as Get<number>,
    setPacketSize: checked('void arv_camera_gv_set_packet_size(void *, int, _Out_ void **)') as Put<[number]>,
    integerBounds: checked<[Pointer, string, [number], [number]], void>(
      'void arv_camera_get_integer_bounds(void *, str, _Out_ int64 *, _Out_ int64 *, _Out_ void **)'
    ),
    hasFrameRate: checked('int arv_camera_is_frame_rate_available(void *, _Out_ void **)') as Get<number>,
    frameRates: checked<Pair, void>(
      'void arv_camera_get_frame_rate_bounds(void *, _Out_ double *, _Out_ double *, _Out_ void **)'
    ),
    frameRate: checked('double arv_camera_get_frame_rate(void *, _Out_ void **)') as Get<number>,
    setFrameRate: checked('void arv_camera_set_frame_rate(void *, double, _Out_ void **)') as Put<[number]>,
    clearTriggers: checked('void arv_camera_clear_triggers(void *, _Out_ void **)') as Get<void>,
    isGigE: plain<[Pointer], boolean>('int arv_camera_is_gv_device(void *)'),
    streamOptions: plain<[Pointer, number], void>('void arv_camera_gv_set_stream_options(void *, int)'),

    hasGain: checked('int arv_camera_is_gain_available(void *, _Out_ void **)') as Get<number>,
    hasBinning: checked('int arv_camera_is_binning_available(void *, _Out_ void **)') as Get<number>,
    sensor: checked<Pair, void>(
      'void arv_camera_get_sensor_size(void *, _Out_ int *, _Out_ int *, _Out_ void **)'
    ),
    binnings: checked<Pair, void>(
      'void arv_camera_get_x_binning_bounds(void *, _Out_ int *, _Out_ int *, _Out_ void **)'
    ),
    stepX: checked('int arv_camera_get_x_offset_increment(void *, _Out_ void **)') as Get<number>,
    stepY: checked('int arv_camera_get_y_offset_increment(void *, _Out_ void **)') as Get<number>,
    stepWidth: checked('int arv_camera_get_width_increment(void *, _Out_ void **)') as Get<number>,
    stepHeight: checked('int arv_camera_get_height_increment(void *, _Out_ void **)') as Get<number>,
    exposures: checked<Pair, void>(
      'void arv_camera_get_exposure_time_bounds(void *, _Out_ double *, _Out_ double *, _Out_ void **)'
    ),
    gains: checked<Pair, void>(
      'void arv_camera_get_gain_bounds(void *, _Out_ double *, _Out_ double *, _Out_ void **)'
    ),
    region: checked<[Pointer, [number], [number], [number], [number]], void>(
      'void arv_camera_get_region(void *, _Out_ int *, _Out_ int *, _Out_ int *, _Out_ int *, _Out_ void **)'
    ),
    setRegion: checked('void arv_camera_set_region(void *, int, int, int, int, _Out_ void **)') as Put<
      [number, number, number, number]
    >,
    format: checked('str arv_camera_get_pixel_format_as_string(void *, _Out_ void **)') as Get<string>,
    setFormat: checked('void arv_camera_set_pixel_format_from_string(void *, str, _Out_ void **)') as Put<
      [string]
    >,
    exposure: checked('double arv_camera_get_exposure_time(void *, _Out_ void **)') as Get<number>,
    setExposure: checked('void arv_camera_set_exposure_time(void *, double, _Out_ void **)') as Put<[number]>,
    gain: checked('double arv_camera_get_gain(void *, _Out_ void **)') as Get<number>,
    setGain: checked('void arv_camera_set_gain(void *, double, _Out_ void **)') as Put<[number]>,
    setBinning: checked('void arv_camera_set_binning(void *, int, int, _Out_ void **)') as Put<
      [number, number]
    >,
    setContinuous: checked('void arv_camera_set_acquisition_mode(void *, int, _Out_ void **)') as Put<
      [number]
    >,
    setTrigger: checked('void arv_camera_set_trigger(void *, str, _Out_ void **)') as Put<[string]>,
    fire: checked('void arv_camera_software_trigger(void *, _Out_ void **)') as Get<void>,
    payload: checked('unsigned int arv_camera_get_payload(void *, _Out_ void **)') as Get<number>,
    start: checked('void arv_camera_start_acquisition(void *, _Out_ void **)') as Get<void>,
    stop: checked('void arv_camera_stop_acquisition(void *, _Out_ void **)') as Get<void>,

    createStream: checked<[Pointer, null, null], Pointer>(
      'void *arv_camera_create_stream(void *, void *, void *, _Out_ void **)'
    ),
    newBuffer: plain<[number], Pointer>('void *arv_buffer_new_allocate(size_t)'),
    push: plain<[Pointer, Pointer], void>('void arv_stream_push_buffer(void *, void *)'),
    pop: plain<[Pointer, number], Pointer>('void *arv_stream_timeout_pop_buffer(void *, uint64)'),
    /** 0: complete. */
    bufferStatus: plain<[Pointer], number>('int arv_buffer_get_status(void *)'),
    frameId: plain<[Pointer], number | bigint>('uint64 arv_buffer_get_frame_id(void *)'),
    ticks: plain<[Pointer], number | bigint>('uint64 arv_buffer_get_timestamp(void *)'),
    data: plain<[Pointer, [number | bigint]], Pointer>('void *arv_buffer_get_data(void *, _Out_ size_t *)'),
    copy: load(C).func('void *memcpy(void *, void *, size_t)') as unknown as (
      target: Uint8Array,
      source: Pointer,
      bytes: number
    ) => Pointer,
    setInt: gobject.func('void g_object_set(void *, str, ...)') as unknown as (
      object: Pointer,
      property: string,
      ...rest: readonly unknown[]
    ) => void,
    unref: gobject.func('void g_object_unref(void *)') as unknown as (object: Pointer) => void
  }
}
