/**
 * Changes an OME-XML text at single places: keys of Planes in their MapAnnotations, global annotations, names, description, experimenter. An
 * annotation that several Planes share is copied for the one that changes.
 */
import { attribute, xmlText } from '../../formats/ome-xml/xml-text'
import { pairsOf, planeKey, type ImagePlaces, type OmePlaces, type PlanePlaces } from './ome-places'
import { TextSplices } from './text-splices'
import { attributeOf, attributeSpan, prefixOf, textOf, XmlBroken, type XmlElement } from './xml-elements'

/** Texts as they stand in the annotation; null takes the pair away. */
export type PairChanges = ReadonlyMap<string, string | null>

export class OmeEdit {
  readonly #splices = new TextSplices()
  readonly #added: string[] = []
  #nextId: number

  /** `firstId`: number of the first annotation that is added, unique in all files of a set. */
  constructor(
    readonly places: OmePlaces,
    firstId: number
  ) {
    this.#nextId = firstId
  }

  /** False where the image is not in this text. */
  changePlane(image: number, at: readonly [z: number, c: number, t: number], changes: PairChanges): boolean {
    const found = this.places.images[image]
    if (found === undefined) return false
    const plane = found.planes.get(planeKey(...at))
    if (plane === undefined) return false
    const maps = plane.refs.flatMap((ref) => {
      const map = this.#mapOf(ref)
      return map === null ? [] : [{ ref, map, keys: pairsOf(this.places.text, map).map(({ key }) => key) }]
    })
    const left = new Map(changes)
    for (const { ref, map, keys } of maps) {
      const last = map === maps[maps.length - 1]?.map
      const here = [...left].filter(([key]) => keys.includes(key) || last)
      here.forEach(([key]) => left.delete(key))
      if (here.length > 0) this.#changeMap(map, ref, new Map(here))
    }
    const fresh = [...left].flatMap(([key, text]): [string, string][] => (text === null ? [] : [[key, text]]))
    if (fresh.length > 0) this.#refer(plane, this.#addMap(null, fresh))
    return true
  }

  globalPairs(namespace: string): ReadonlyMap<string, string> {
    const map = this.places.globals.get(namespace)
    return new Map(
      map === undefined ? [] : pairsOf(this.places.text, map).map(({ key, value }) => [key, value] as const)
    )
  }

  changeGlobal(namespace: string, changes: PairChanges): void {
    const map = this.places.globals.get(namespace)
    if (map !== undefined) {
      this.#spliceMap(this.#splices, map, changes)
      return
    }
    const fresh = [...changes].flatMap(([key, text]): [string, string][] =>
      text === null ? [] : [[key, text]]
    )
    if (fresh.length === 0) return
    const id = this.#addMap(namespace, fresh)
    for (const { element } of this.places.images)
      this.#splices.insert(element.end, `<${prefixOf(element)}AnnotationRef${attribute('ID', id)}/>\n`)
  }

  description(image: number): string | null {
    const found = this.places.images[image]?.description ?? null
    return found === null ? null : textOf(this.places.text, found)
  }

  setDescription(image: number, text: string | null): void {
    const found = this.places.images[image]
    if (found === undefined) return
    const p = prefixOf(found.element)
    const whole = text === null ? '' : `<${p}Description>${xmlText(text)}</${p}Description>`
    // Schema: AcquisitionDate, ExperimenterRef, Description, all others.
    const behind = found.experimenterRef ?? found.date
    if (found.description !== null) this.#splices.replace(found.description.from, found.description.to, whole)
    else this.#splices.insert(behind?.to ?? found.element.inside, whole)
  }

  imageName(image: number): string | null {
    const found = this.places.images[image]
    return found === undefined ? null : attributeOf(found.element, 'Name')
  }

  setImageName(image: number, name: string): void {
    const found = this.places.images[image]
    if (found !== undefined) this.#setAttribute(found.element, 'Name', name)
  }

  channelName(image: number, channel: number): string | null {
    const found = this.places.images[image]?.channels[channel]
    return found === undefined ? null : attributeOf(found, 'Name')
  }

  setChannelName(image: number, channel: number, name: string): void {
    const found = this.places.images[image]?.channels[channel]
    if (found !== undefined) this.#setAttribute(found, 'Name', name)
  }

  get experimenter(): string | null {
    const found = this.#experimenter()
    if (found === null) return null
    const names = ['FirstName', 'LastName'].map((name) => attributeOf(found, name) ?? '')
    return names.filter((name) => name !== '').join(' ')
  }

  setExperimenter(name: string | null): void {
    const words = (name ?? '').trim().split(/\s+/)
    const last = words.pop() ?? ''
    const first = words.join(' ')
    const found = this.#experimenter()
    if (found !== null) {
      this.#setAttribute(found, 'LastName', last)
      if (first !== '' || attributeOf(found, 'FirstName') !== null)
        this.#setAttribute(found, 'FirstName', first)
      return
    }
    const p = prefixOf(this.places.root)
    const taken = new Set(this.places.experimenters.map((each) => attributeOf(each, 'ID')))
    let n = 0
    while (taken.has(`Experimenter:${n}`)) n++
    const names = (first === '' ? '' : attribute('FirstName', first)) + attribute('LastName', last)
    this.#splices.insert(this.places.experimenterAt, `<${p}Experimenter ID="Experimenter:${n}"${names}/>\n`)
    for (const { element, date, experimenterRef } of this.places.images)
      if (experimenterRef === null)
        this.#splices.insert(date?.to ?? element.inside, `<${p}ExperimenterRef ID="Experimenter:${n}"/>`)
  }

  /** The whole text with all changes. */
  text(): string {
    if (this.#added.length > 0) {
      const { annotations, images, root } = this.places
      const added = this.#added.join('')
      const p = prefixOf(root)
      if (annotations === null) {
        const last = images[images.length - 1]?.element ?? root
        this.#splices.insert(last.to, `\n<${p}StructuredAnnotations>\n${added}</${p}StructuredAnnotations>`)
      } else if (annotations.closesItself) {
        const { tag } = annotations
        this.#splices.replace(annotations.from, annotations.to, `<${tag}>\n${added}</${tag}>`)
      } else this.#splices.insert(annotations.end, added)
      this.#added.length = 0
    }
    return this.#splices.applied(this.places.text)
  }

  #experimenter(): XmlElement | null {
    const { images, experimenters } = this.places
    const ref = images.find(({ experimenterRef }) => experimenterRef !== null)?.experimenterRef ?? null
    const id = ref === null ? null : attributeOf(ref, 'ID')
    return experimenters.find((each) => attributeOf(each, 'ID') === id) ?? null
  }

  #mapOf(ref: XmlElement): XmlElement | null {
    return this.places.maps.get(attributeOf(ref, 'ID') ?? '') ?? null
  }

  #changeMap(map: XmlElement, ref: XmlElement, changes: PairChanges): void {
    const id = attributeOf(map, 'ID') ?? ''
    if ((this.places.uses.get(id) ?? 0) <= 1) {
      this.#spliceMap(this.#splices, map, changes)
      return
    }
    const pairs = new Map(pairsOf(this.places.text, map).map(({ key, value }) => [key, value] as const))
    for (const [key, text] of changes) {
      if (text === null) pairs.delete(key)
      else pairs.set(key, text)
    }
    const own = this.#addMap(attributeOf(map, 'Namespace'), [...pairs])
    this.#setAttribute(ref, 'ID', own)
  }

  #spliceMap(splices: TextSplices, map: XmlElement, changes: PairChanges): void {
    const { text } = this.places
    const pairs = pairsOf(text, map)
    const p = prefixOf(map)
    for (const [key, value] of changes) {
      const known = pairs.filter((pair) => pair.key === key)
      const pair = known[known.length - 1]
      if (pair !== undefined) {
        const whole =
          value === null
            ? ''
            : `<${pair.element.tag}${attribute('K', key)}>${xmlText(value)}</${pair.element.tag}>`
        splices.replace(pair.element.from, pair.element.to, whole)
      } else if (value !== null) {
        const at = valueEnd(text, map)
        splices.insert(at, `<${p}M${attribute('K', key)}>${xmlText(value)}</${p}M>\n`)
      }
    }
  }

  #addMap(namespace: string | null, pairs: readonly (readonly [string, string])[]): string {
    const p = prefixOf(this.places.root)
    const id = `Annotation:${this.#nextId++}`
    const inside = pairs
      .map(([key, text]) => `<${p}M${attribute('K', key)}>${xmlText(text)}</${p}M>\n`)
      .join('')
    const head = `<${p}MapAnnotation${attribute('ID', id)}${attribute('Namespace', namespace)}>`
    this.#added.push(`${head}<${p}Value>\n${inside}</${p}Value></${p}MapAnnotation>\n`)
    return id
  }

  #refer({ element }: PlanePlaces, id: string): void {
    const ref = `<${prefixOf(element)}AnnotationRef${attribute('ID', id)}/>`
    if (!element.closesItself) this.#splices.insert(element.end, ref)
    else this.#splices.replace(element.to - 2, element.to, `>${ref}</${element.tag}>`)
  }

  #setAttribute(element: XmlElement, name: string, value: string): void {
    const span = attributeSpan(element, name)
    const text = attribute(name, value)
    if (span !== null) this.#splices.replace(span.from, span.to, text.slice(name.length + 2))
    else this.#splices.insert(element.from + 1 + element.tag.length, text)
  }
}

/** Before the closing tag of Value. */
function valueEnd(text: string, map: XmlElement): number {
  const at = text.lastIndexOf('</', map.end - 1)
  if (at < map.inside || !/^<\/(?:\w+:)?Value\s*>/.test(text.slice(at, at + 40)))
    throw new XmlBroken('a MapAnnotation has no Value')
  return at
}

/** The text with Planes for an image that has none. */
export function withPlanes(
  text: string,
  { pixels }: ImagePlaces,
  all: readonly (readonly [z: number, c: number, t: number])[]
): string {
  const tag = `${prefixOf(pixels)}Plane`
  const planes = all.map(([z, c, t]) => `<${tag} TheZ="${z}" TheC="${c}" TheT="${t}"/>\n`).join('')
  const splices = new TextSplices()
  splices.insert(pixels.end, planes)
  return splices.applied(text)
}
