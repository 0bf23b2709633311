// Pyodide: pyodide.mjs plain|chain|group, whose last is left to Node.
import fs from 'node:fs';
import { loadPyodide } from '/srv/npm/node_modules/pyodide/pyodide.mjs';

const which = process.argv[2];
const pyodide = await loadPyodide();
for (const file of ['plain', 'shop']) {
  pyodide.FS.writeFile(`/home/pyodide/${file}.py`, fs.readFileSync(`/srv/app/${file}.py`));
}
const run = {
  plain: 'import plain\nplain.order(["pear", "apple"])',
  chain: 'import shop\nshop.main()',
  group: 'import shop\nshop.main()',
}[which];
if (which === 'group') {
  await pyodide.runPythonAsync(run);
} else {
  try {
    await pyodide.runPythonAsync(run);
  } catch (error) {
    console.error(error.message);
  }
}
