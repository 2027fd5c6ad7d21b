/** Asks the user for a text file and reads it; null when none was chosen. */
const LONGEST_BYTES = 10e6

export function openText(accept: string): Promise<{ readonly name: string; readonly text: string } | null> {
  const input = document.createElement('input')
  input.type = 'file'
  input.accept = accept
  return new Promise((resolve, reject) => {
    input.addEventListener('cancel', () => resolve(null))
    input.addEventListener('change', () => {
      const file = input.files?.[0]
      if (file === undefined) resolve(null)
      else
        file
          .slice(0, LONGEST_BYTES)
          .text()
          .then((text) => resolve({ name: file.name, text }), reject)
    })
    input.click()
  })
}
