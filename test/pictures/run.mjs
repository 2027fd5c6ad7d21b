// npm run pictures: the pictures of README and help, taken anew from the real app.
import { onRealApp } from '../bench/app.mjs'

process.exitCode = await onRealApp('test/config/pictures.config.ts')
