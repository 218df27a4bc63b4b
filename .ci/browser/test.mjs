// The book as a reader meets it: served by `cargo book`, in headless Chromium.
//
// Usage: node --test test.mjs, with the reader's executable in BOOK_READER and the repository as the working directory.
// SHOTS=DIR keeps screenshots of the chapter in each theme, on a phone and printed.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';

const CHAPTER = 'lru.html';
const RUN_TIMEOUT = 120_000; // The first Run may have to compile the crates.

let reader, browser, url;

before(async () => {
  reader = spawn(process.env.BOOK_READER, ['serve', '--port', '0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  url = await served(reader);
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
});

after(async () => {
  await browser?.close();
  reader?.kill('SIGINT');
});

// The address that the reader prints once it serves.
function served(child) {
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk) => {
      output += chunk;
      const found = output.match(/http:\/\/127\.0\.0\.1:\d+/);
      if (found) resolve(found[0]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('exit', (code) => reject(new Error(`the reader ended with ${code}:\n${output}`)));
  });
}

// A page that remembers what went wrong on it and whom it talked to.
async function open(address, options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.errors = [];
  page.hosts = new Set();
  page.on('console', (message) => message.type() === 'error' && page.errors.push(message.text()));
  page.on('pageerror', (error) => page.errors.push(error.message));
  page.on('request', (request) => page.hosts.add(new URL(request.url()).host));
  await page.goto(address, { waitUntil: 'load' });
  return page;
}

async function close(page) {
  const { errors } = page;
  await page.context().close();
  assert.deepEqual(errors, [], 'the console has errors');
}

async function run(page, snippet) {
  await snippet.scrollIntoViewIfNeeded();
  await snippet.hover();
  await snippet.locator('.play-button').click();
  const result = snippet.locator('.result');
  await page.waitForFunction(
    (element) => !/^(Running|Compiling|Still)/.test(element.innerText),
    await result.elementHandle(),
    { timeout: RUN_TIMEOUT },
  );
  return result.innerText();
}

// The first snippet whose code holds `text`; by its place, since the code may be edited afterwards.
async function snippetWith(page, text) {
  const codes = await page.locator('pre.playground').allInnerTexts();
  return page.locator('pre.playground').nth(codes.findIndex((code) => code.includes(text)));
}

async function edit(page, snippet, replace) {
  await snippet.evaluate((element, source) => {
    const editor = window.ace.edit(element.querySelector('code'));
    editor.setValue(new Function('code', `return ${source}`)(editor.getValue()), -1);
  }, replace);
}

test('every page opens, with no error in the console', async () => {
  const page = await open(url);
  const chapters = await page.locator('mdbook-sidebar-scrollbox a').evaluateAll((links) => links.map((link) => link.href));
  assert.ok(chapters.length >= 2, `the sidebar lists ${chapters.length} chapters`);
  for (const chapter of new Set(chapters.map((link) => link.split('#')[0]))) {
    await page.goto(chapter, { waitUntil: 'load' });
    assert.ok((await page.locator('main h1').first().innerText()).length > 0, chapter);
  }
  await close(page);
});

test('Run prints the output of a snippet', async () => {
  const page = await open(`${url}/${CHAPTER}`);
  assert.match(await run(page, await snippetWith(page, 'evicted')), /evicted toaster/);
  await close(page);
});

test('Run prints what an edited snippet prints, and the compiler\'s message when it is wrong', async () => {
  const page = await open(`${url}/${CHAPTER}`);
  const snippet = await snippetWith(page, 'println!');
  await edit(page, snippet, '"fn main() { println!(\\"edited: {}\\", 6 * 7); }"');
  assert.equal((await run(page, snippet)).trim(), 'edited: 42');
  await edit(page, snippet, '"fn main() { let n: u32 = \\"seven\\"; }"');
  assert.match(await run(page, snippet), /error\[E0308\].*mismatched types/s);
  await close(page);
});

test('every snippet that has a Run button runs', { timeout: 600_000 }, async () => {
  const page = await open(`${url}/${CHAPTER}`);
  const snippets = await page.locator('pre.playground:has(.play-button:not(.hidden))').all();
  assert.ok(snippets.length >= 5, `${snippets.length} snippets`);
  for (const snippet of snippets) {
    const result = await run(page, snippet);
    assert.doesNotMatch(result, /^error|thread .* panicked|stopped:|Reader|cargo book/m, await snippet.innerText());
  }
  await close(page);
});

test('search finds a word', async () => {
  const page = await open(`${url}/${CHAPTER}`);
  await page.keyboard.press('s');
  await page.locator('#mdbook-searchbar').pressSequentially('ghost');
  const results = page.locator('#mdbook-searchresults li');
  await results.first().waitFor();
  assert.ok((await results.count()) > 0);
  await close(page);
});

test('the theme switches, and the figures with it', async () => {
  const page = await open(`${url}/${CHAPTER}`);
  const colours = () =>
    page.evaluate(() => ({
      page: getComputedStyle(document.body).color,
      figure: getComputedStyle(document.querySelector('svg.figure text')).fill,
    }));
  const seen = {};
  for (const theme of ['light', 'navy']) {
    if (!(await page.locator(`#mdbook-theme-${theme}`).isVisible())) {
      await page.locator('#mdbook-theme-toggle').click();
    }
    await page.locator(`#mdbook-theme-${theme}`).click();
    await page.waitForFunction((name) => document.documentElement.classList.contains(name), theme);
    seen[theme] = await colours();
  }
  assert.notEqual(seen.light.page, seen.navy.page);
  assert.notEqual(seen.light.figure, seen.navy.figure);
  await close(page);
});

test('mermaid draws', async () => {
  const page = await open(`${url}/${CHAPTER}`);
  await page.locator('.mermaid svg').first().waitFor();
  await close(page);
});

test('nothing is wider than a phone', async () => {
  const page = await open(`${url}/${CHAPTER}`, { viewport: { width: 390, height: 844 } });
  const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  assert.ok(content <= screen, `the page is ${content} wide on a screen of ${screen}`);
  await close(page);
});

test('no page talks to another host', async () => {
  const page = await open(`${url}/${CHAPTER}`);
  await run(page, await snippetWith(page, 'println!'));
  assert.deepEqual([...page.hosts], [new URL(url).host]);
  await close(page);
});

test('without the reader, Run says how to get it and sends nothing', async (context) => {
  const server = createServer(async (request, response) => {
    try {
      const file = await readFile(path.join('book/html', new URL(request.url, 'http://localhost').pathname));
      const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
      response.writeHead(200, { 'content-type': types[path.extname(request.url)] ?? 'application/octet-stream' });
      response.end(file);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const page = await open(`http://127.0.0.1:${server.address().port}/${CHAPTER}`);
  const posts = [];
  page.on('request', (request) => request.method() === 'POST' && posts.push(request.url()));
  const result = await run(page, await snippetWith(page, 'println!'));
  assert.match(result, /cargo book/);
  assert.equal(result.trim().split('\n').length, 1);
  assert.deepEqual(posts, []);
  assert.equal(page.hosts.size, 1);
  await close(page);
});

// A book of one chapter in this book's clothes, for what its own chapters need not have.
async function serveChapter(context, markdown) {
  const root = await mkdtemp(path.join(tmpdir(), 'book-'));
  context.after(() => rm(root, { recursive: true }));
  await mkdir(path.join(root, 'book/src'), { recursive: true });
  for (const file of ['book.toml', 'book/theme', 'book/src/run.js', 'book/src/hidden.js']) {
    await cp(file, path.join(root, file), { recursive: true });
  }
  await writeFile(path.join(root, 'Cargo.toml'), '[package]\nname = "small"\n');
  await writeFile(path.join(root, 'Cargo.lock'), 'version = 4\n');
  await writeFile(path.join(root, 'book/src/SUMMARY.md'), '- [One](one.md)\n');
  await writeFile(path.join(root, 'book/src/one.md'), markdown);
  const child = spawn(process.env.BOOK_READER, ['serve', '--port', '0', '--root', root], { stdio: ['ignore', 'pipe', 'pipe'] });
  context.after(() => child.kill('SIGKILL'));
  return `${await served(child)}/one.html`;
}

const snippet = (...lines) => ['```rust,editable', ...lines, '```', ''].join('\n');

test('hidden lines are hidden, and run', async (context) => {
  const page = await open(await serveChapter(context, snippet(
    '# use std::num::ParseIntError;',
    '# const SEVEN: &str = "7";',
    'let seven: i32 = SEVEN.parse()?;',
    '# let six = 6;',
    'println!("{}", six * seven);',
    '# Ok::<(), ParseIntError>(())',
  )));
  const code = page.locator('pre.playground');
  const shown = (await code.locator('.ace_line').allInnerTexts()).join('\n');
  assert.match(shown, /SEVEN\.parse/);
  assert.match(shown, /six \* seven/);
  assert.doesNotMatch(shown, /use std|const|let six|Ok::/);
  assert.equal((await run(page, code)).trim(), '42');
  await code.locator('.ace_fold').first().click();
  // The editor draws what was unfolded in its next frame.
  await code.locator('.ace_line', { hasText: 'const SEVEN' }).first().waitFor();
  await close(page);
});

test('a snippet that takes its time is waited for, and one that is run again is run once', { timeout: 120_000 }, async (context) => {
  const page = await open(await serveChapter(context, snippet(
    'std::thread::sleep(std::time::Duration::from_secs(7));',
    'println!("at last");',
  )));
  const code = page.locator('pre.playground');
  await code.hover();
  await code.locator('.play-button').click();
  const result = code.locator('.result', { hasText: 'Still running' });
  await result.waitFor();
  assert.equal((await run(page, code)).trim(), 'at last');
  await close(page);
});

test('screenshots', { skip: !process.env.SHOTS }, async () => {
  const folder = process.env.SHOTS === '1' ? await mkdtemp(path.join(tmpdir(), 'book-')) : process.env.SHOTS;
  for (const theme of ['light', 'navy']) {
    for (const [device, width] of [['desktop', 1280], ['phone', 390]]) {
      const page = await open(`${url}/${CHAPTER}`, { viewport: { width, height: 900 } });
      await page.evaluate((name) => localStorage.setItem('mdbook-theme', name), theme);
      await page.reload({ waitUntil: 'networkidle' });
      await page.screenshot({ path: path.join(folder, `${theme}-${device}.png`), fullPage: true });
      await close(page);
    }
  }
  const page = await open(`${url}/${CHAPTER}`);
  await page.pdf({ path: path.join(folder, 'print.pdf'), format: 'A4' });
  await close(page);
});
