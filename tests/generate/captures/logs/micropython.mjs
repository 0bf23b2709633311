// MicroPython's WebAssembly build: micropython.mjs plain|chain
import fs from 'node:fs';
import { loadMicroPython } from '/srv/npm/node_modules/@micropython/micropython-webassembly-pyscript/micropython.mjs';

const file = { plain: 'plain', chain: 'shop' }[process.argv[2]];
const micropython = await loadMicroPython();
micropython.FS.writeFile('/' + file + '.py', fs.readFileSync('/srv/app/' + file + '.py'));
const run = { plain: 'plain.order(["pear", "apple"])', shop: 'shop.main()' }[file];
try {
  micropython.runPython(`import sys\nsys.path.append("/")\nimport ${file}\n${run}`);
} catch (error) {
  console.error(error.message);
}
