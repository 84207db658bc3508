// Opens pages in Chromium through chromedriver, light and dark, wide and on a phone, and prints what
// axe-core finds against WCAG 2.2 A and AA and its best practices: one line for each finding.
// Usage: node check.mjs FOLDER-WITH-AXE FILE.html …
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [place, ...files] = process.argv.slice(2);
const axe = await readFile(createRequire(`${place}/`).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const VIEWS = [
  { name: 'light', scheme: 'light', width: 1200 },
  { name: 'dark', scheme: 'dark', width: 1200 },
  { name: 'phone', scheme: 'light', width: 500 },
];

const driver = spawn('chromedriver', ['--port=0'], { stdio: ['ignore', 'pipe', 'ignore'] });
const port = await new Promise((found, failed) => {
  let said = '';
  driver.on('error', failed);
  driver.on('exit', (code) => failed(new Error(`chromedriver ended with ${code}`)));
  driver.stdout.on('data', (text) => {
    said += text;
    const port = said.match(/successfully on port (\d+)/);
    if (port) found(port[1]);
  });
});

async function ask(method, path, body) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    body: method === 'POST' ? JSON.stringify(body ?? {}) : undefined,
  });
  const { value } = await answer.json();
  if (!answer.ok) throw new Error(`${path}: ${value.message}`);
  return value;
}

let findings = 0;
try {
  const args = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'];
  const capabilities = { alwaysMatch: { 'goog:chromeOptions': { args } } };
  const { sessionId } = await ask('POST', '/session', { capabilities });
  const session = `/session/${sessionId}`;
  await ask('POST', `${session}/timeouts`, { script: 60000 });
  for (const file of files) {
    for (const view of VIEWS) {
      await ask('POST', `${session}/window/rect`, { width: view.width, height: 900 });
      const features = [{ name: 'prefers-color-scheme', value: view.scheme }];
      await ask('POST', `${session}/goog/cdp/execute`, { cmd: 'Emulation.setEmulatedMedia', params: { features } });
      await ask('POST', `${session}/url`, { url: pathToFileURL(file).href });
      // What is folded is read, too.
      await ask('POST', `${session}/execute/sync`, {
        script: `document.querySelectorAll('details').forEach((one) => { one.open = true; });\n${axe}`,
        args: [],
      });
      const result = await ask('POST', `${session}/execute/async`, {
        script: `const [values, done] = arguments;
          axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] })
            .then((result) => done({ passes: result.passes.length, violations: result.violations }), (error) => done({ error: String(error) }));`,
        args: [TAGS],
      });
      if (result.error) throw new Error(result.error);
      for (const { id, impact, help, nodes } of result.violations) {
        findings += 1;
        const [first] = nodes;
        console.log(`${file} (${view.name}): ${id} (${impact}), ${nodes.length} times: ${help}`);
        console.log(`    ${first.target.join(' ')}  ${first.html.slice(0, 160).replaceAll('\n', ' ')}`);
        console.log(`    ${(first.any[0] ?? first.all[0] ?? first.none[0])?.message ?? ''}`);
      }
      console.log(`${file} (${view.name}): ${result.passes} rules pass`);
    }
  }
  await ask('DELETE', session);
} finally {
  driver.removeAllListeners('exit');
  driver.kill();
}
process.exitCode = findings ? 1 : 0;
