// Brython's own report of an error, without a page.
const fs = require('node:fs');

globalThis.module = { exports: {} };
globalThis.self = globalThis;
globalThis.window = globalThis;
globalThis.location = { href: 'http://localhost/shop.html', origin: 'http://localhost', pathname: '/shop.html' };
globalThis.navigator = globalThis.navigator || { userAgent: 'node', language: 'en' };
globalThis.document = {
  getElementsByTagName: () => [], querySelectorAll: () => [], createElement: () => ({}), currentScript: { src: 'http://localhost/brython.js' }, addEventListener() {},
};
globalThis.addEventListener = () => {};
const folder = '/srv/npm/node_modules/brython/';
eval.call(globalThis, fs.readFileSync(folder + 'brython.js', 'utf8'));
eval.call(globalThis, fs.readFileSync(folder + 'brython_stdlib.js', 'utf8'));
const B = globalThis.__BRYTHON__;
globalThis.$B = B;
B.path = [];
console.log = () => {};
try {
  B.runPythonSource(fs.readFileSync('/srv/app/plain.py', 'utf8').replace('__name__ == "__main__"', 'True'), 'shop');
} catch (error) {
  console.error(B.error_trace(B.exception(error)));
}
