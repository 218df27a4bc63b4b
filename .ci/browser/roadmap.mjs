// The roadmap's page as a reader meets it: served by `cargo book`, in headless Chromium.
//
// Usage: node --test roadmap.mjs, with the reader's executable in BOOK_READER and the repository as the working directory.
// SHOTS=DIR keeps screenshots in both themes, and on a phone.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';

const MODULE = 'bloom';
const MEASURE = /^[a-z0-9.-]+$/;

let reader, browser, url, root, progress;

before(async () => {
  root = await repository();
  progress = path.join(root, 'mine.toml');
  reader = spawn(process.env.BOOK_READER, ['serve', '--port', '0', '--root', root, '--progress', progress],
    { stdio: ['ignore', 'pipe', 'pipe'] });
  url = await served(reader);
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
});

after(async () => {
  await browser?.close();
  reader?.kill('SIGKILL');
  await rm(root, { recursive: true });
});

// Each test begins with a reader who has done nothing.
beforeEach(() => rm(progress, { force: true }));

// The roadmap's page alone, in a repository without crates: what its Run buttons would compile takes minutes.
async function repository() {
  const root = await mkdtemp(path.join(tmpdir(), 'roadmap-'));
  await mkdir(path.join(root, 'book/src'), { recursive: true });
  const files = ['roadmap.md', 'roadmap.js', 'run.js', 'hidden.js', 'figures'].map((name) => `book/src/${name}`);
  for (const file of ['book.toml', 'book/theme', 'book/roadmap.toml', ...files]) {
    await cp(file, path.join(root, file), { recursive: true });
  }
  await symlink(path.resolve('book/exercises'), path.join(root, 'book/exercises'));
  await writeFile(path.join(root, 'Cargo.toml'), '[package]\nname = "small"\n');
  await writeFile(path.join(root, 'Cargo.lock'), 'version = 4\n');
  await writeFile(path.join(root, 'book/src/SUMMARY.md'), '[The roadmap](roadmap.md)\n\n- [Other](other.md)\n');
  await writeFile(path.join(root, 'book/src/other.md'), '# Other\n');
  return root;
}

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

// The page, once it shows what the server says; it remembers what went wrong on it and whom it talked to.
async function open({ hash = '', address = url, ...options } = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.errors = [];
  page.hosts = new Set();
  page.posts = [];
  page.on('console', (message) => message.type() === 'error' && page.errors.push(message.text()));
  page.on('pageerror', (error) => page.errors.push(error.message));
  page.on('request', (request) => {
    page.hosts.add(new URL(request.url()).host);
    if (request.method() === 'POST') page.posts.push(request.url());
  });
  await page.goto(`${address}/roadmap.html${hash}`, { waitUntil: 'load' });
  return page;
}

async function close(page) {
  const { errors } = page;
  await page.context().close();
  assert.deepEqual(errors, [], 'the console has errors');
}

const module = (page, id = MODULE) => page.locator(`#module-${id}`);
const box = (page, id = MODULE) => page.locator(`.roadmap-map g[data-module="${id}"]`);
const sums = (page) => page.locator('#roadmap-progress');
const title = (page, id = MODULE) => module(page, id).locator('.title').first().innerText();

async function press(page, state, id = MODULE) {
  await module(page, id).locator(`button[data-state="${state}"]`).click();
  await module(page, id).locator(`button[data-state="${state}"][aria-pressed="true"]`).waitFor();
}

async function saved(page) {
  await module(page).locator('.said', { hasText: 'Saved.' }).waitFor();
}

const file = () => readFile(progress, 'utf8');

test('the page opens: every box of the map leads to a module, and every phase has its part', async () => {
  const page = await open();
  const boxes = await page.locator('.roadmap-map a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  assert.ok(boxes.length >= 60, `${boxes.length} boxes`);
  for (const target of boxes) {
    assert.equal(await page.locator(target).count(), 1, target);
  }
  await box(page).locator('a').click();
  await page.waitForURL(`**/roadmap.html#module-${MODULE}`);
  assert.ok(await module(page).evaluate((details) => details.open), 'the module is unfolded');
  await module(page).locator('summary').first().waitFor({ state: 'visible' });
  const top = await module(page).evaluate((details) => details.getBoundingClientRect().top);
  assert.ok(top >= 0 && top < 200, `the module is at ${top}`);
  await close(page);
});

test('every title is inside its box', async () => {
  const page = await open();
  const outside = await page.locator('.roadmap-map g[data-module]').evaluateAll((groups) => groups.filter((group) => {
    const [outer, inner] = ['.box', 'a > text:not(.sign)'].map((part) => group.querySelector(part).getBBox());
    return inner.x < outer.x || inner.y < outer.y
      || inner.x + inner.width > outer.x + outer.width || inner.y + inner.height > outer.y + outer.height;
  }).map((group) => group.dataset.module));
  assert.deepEqual(outside, []);
  await close(page);
});

test('what a module needs, and what needs it, lights up under the pointer and with the focus', async () => {
  const page = await open();
  const far = page.locator(`.roadmap-map [data-from="${MODULE}"], .roadmap-map [data-to="${MODULE}"]`);
  assert.ok((await far.count()) > 0);
  const lit = () => far.evaluateAll((arrows) => arrows.every((arrow) => getComputedStyle(arrow).visibility === 'visible'
    && arrow.classList.contains('lit')));
  assert.equal(await lit(), false);
  await box(page).locator('a').hover();
  assert.equal(await lit(), true);
  await page.mouse.move(0, 0);
  assert.equal(await lit(), false);
  await box(page).locator('a').focus();
  assert.equal(await lit(), true);
  await close(page);
});

test('a tick is in the file, in the sums and in the map, and survives a reload', async () => {
  const page = await open({ hash: `#module-${MODULE}` });
  await press(page, 'done');
  assert.match(await file(), new RegExp(`\\[module\\.${MODULE}\\]\\s+state = "done"`));
  assert.match(await file(), /verified = false/);
  await page.reload();
  await sums(page).getByText(/All: 1 of \d+ modules done, 0 of them verified/).waitFor();
  assert.match(await module(page).locator('summary').first().innerText(), /✓ done, not verified/);
  assert.ok(await box(page).evaluate((group) => group.classList.contains('done')));
  assert.equal(await box(page).locator('.sign').textContent(), '✓');
  await module(page).getByText(`cargo book roadmap done ${MODULE}`).waitFor();
  await press(page, 'not-started');
  await sums(page).getByText(/All: 0 of/).waitFor();
  assert.doesNotMatch(await file(), /done/);
  await close(page);
});

test('what is done makes the next ones ready, and what is begun is listed', async () => {
  const page = await open({ hash: `#module-${MODULE}` });
  const next = sums(page).locator('.upcoming', { hasText: 'Next:' });
  await next.waitFor();
  await press(page, 'in-progress');
  await sums(page).locator('.upcoming', { hasText: 'Begun:' }).getByText(await title(page)).waitFor();
  await press(page, 'done');
  await press(page, 'review');
  await sums(page).locator('.upcoming', { hasText: 'To review:' }).getByText(await title(page)).waitFor();
  await close(page);
});

test('the terminal sees what the page ticked, and the page what the terminal did', async () => {
  const cargo_book = async (...words) => {
    const command = [...words, '--root', path.resolve('.'), '--progress', progress];
    const { stdout } = await promisify(execFile)(process.env.BOOK_READER, ['roadmap', ...command], { env: { ...process.env, NO_COLOR: '1' } });
    return stdout;
  };
  const page = await open({ hash: `#module-${MODULE}` });
  await press(page, 'done');
  assert.match(await cargo_book('show', MODULE), /done/);
  await cargo_book('hours', MODULE, '2.5');
  await cargo_book('again', MODULE);
  // Coming back from the terminal to the page is enough.
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await module(page).locator('button[data-state="review"][aria-pressed="true"]').waitFor();
  assert.equal(await module(page).locator('input[name="hours"]').inputValue(), '2.5');
  await close(page);
});

test('a note with HTML in it is shown as text', async () => {
  const page = await open({ hash: `#module-${MODULE}` });
  const note = '<img src=x onerror="document.title = \'owned\'"><b>bold</b> & so on';
  await module(page).locator('input[name="note"]').fill(note);
  await module(page).locator('input[name="note"]').press('Enter');
  await saved(page);
  for (const _ of ['at once', 'after a reload']) {
    const shown = module(page).locator('.notes li');
    await shown.waitFor();
    assert.ok((await shown.textContent()).endsWith(`: ${note}`));
    assert.equal(await shown.locator('*').count(), 0);
    await page.reload();
  }
  assert.notEqual(await page.title(), 'owned');
  await close(page);
});

test('hours and measurements are kept, and what is refused says why', async () => {
  const page = await open({ hash: `#module-${MODULE}` });
  const hours = module(page).locator('input[name="hours"]');
  await hours.fill('3.5');
  await hours.press('Enter');
  await saved(page);
  assert.match(await file(), /hours = 3\.5/);
  const measured = module(page).locator('td.yours input').first();
  const key = await measured.getAttribute('name');
  assert.match(key, MEASURE);
  await measured.fill('fast');
  await measured.press('Enter');
  await module(page).locator('.said.refused', { hasText: 'is not a number' }).waitFor();
  await measured.fill('4.20');
  await measured.press('Enter');
  await saved(page);
  assert.match(await file(), new RegExp(`"?${key.replaceAll('.', '\\.')}"? = \\{ value = "4\\.20"`));
  await page.reload();
  await page.waitForFunction((name) => document.querySelector(`input[name="${name}"]`)?.value === '4.20', key);
  page.errors = page.errors.filter((error) => !error.includes('422'));
  await close(page);
});

test('a keyboard is enough', async () => {
  const page = await open();
  await sums(page).getByText(/All: 0 of/).waitFor();
  await module(page).locator('summary').first().focus();
  await page.keyboard.press('Enter');
  await module(page).locator('button[data-state="done"]').waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await module(page).locator('button[data-state="in-progress"][aria-pressed="true"]').waitFor();
  const nameless = await module(page).locator('input, button').evaluateAll((controls) => controls.filter((control) =>
    !(control.textContent || control.labels?.[0]?.textContent || control.getAttribute('aria-label'))).length);
  assert.equal(nameless, 0);
  await close(page);
});

test('a module of the reader\'s own is shown with its phase, as text', async () => {
  await writeFile(progress, `[[own]]
id = "mine"
phase = "foundations"
title = "Mine <b>own</b>"
kind = "challenge"
status = "here"
hours = 1
gives = "I can."
`);
  const page = await open({ hash: '#module-mine' });
  const own = module(page, 'mine');
  await own.waitFor();
  assert.equal(await own.locator('.title').textContent(), 'Mine <b>own</b>');
  assert.equal(await own.evaluate((details) => details.parentElement.dataset.phase), 'foundations');
  await press(page, 'done', 'mine');
  await sums(page).getByText(/All: 1 of/).waitFor();
  assert.match(await file(), /\[module\.mine\]/);
  await close(page);
});

test('a damaged file is named with line and reason, and is not written to', async () => {
  const damaged = `[module.${MODULE}]\nstate = "half"\n`;
  const page = await open({ hash: `#module-${MODULE}` });
  await press(page, 'done');
  await writeFile(progress, damaged);
  await module(page).locator('button[data-state="in-progress"]').click();
  await module(page).locator('.said.refused', { hasText: 'half' }).waitFor();
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  const fault = sums(page).locator('.fault');
  await fault.waitFor();
  assert.match(await fault.textContent(), /mine\.toml.*2.*half/s);
  assert.equal(await page.locator('.module-controls, td.yours').count(), 0, 'nothing can be ticked');
  await page.reload();
  await fault.waitFor();
  assert.equal(await page.locator('.module-controls').count(), 0, 'nor after a reload');
  assert.equal(await file(), damaged);

  await rm(progress);
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await sums(page).getByText(/All: 0 of/).waitFor();
  await press(page, 'done');
  page.errors = page.errors.filter((error) => !error.includes('409'));
  await close(page);
});

test('nothing moves when the progress comes', async () => {
  const page = await open();
  await sums(page).getByText(/All: 0 of/).waitFor();
  let answer;
  const held = new Promise((resolve) => { answer = resolve; });
  await page.route('**/roadmap/progress', async (route) => {
    await held;
    await route.continue();
  });
  const places = () => page.locator('main h2').evaluateAll((headings) => headings.map((heading) => heading.offsetTop));
  await page.reload();
  await page.evaluate(() => document.fonts.ready);
  const before = await places();
  answer();
  await sums(page).getByText(/All: 0 of/).waitFor();
  const moved = (await places()).map((place, index) => Math.abs(place - before[index]));
  assert.ok(Math.max(...moved) <= 8, `headings move by ${moved} pixels`);
  await close(page);
});

test('without the reader the page is complete, says how to get progress, and asks nobody', async (context) => {
  const html = await mkdtemp(path.join(tmpdir(), 'html-'));
  context.after(() => rm(html, { recursive: true }));
  await promisify(execFile)(process.env.BOOK_READER, ['build', '--root', root, '--dest', html]);
  const server = createServer(async (request, response) => {
    try {
      const { pathname } = new URL(request.url, 'http://localhost');
      const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
      const contents = await readFile(path.join(html, pathname));
      response.writeHead(200, { 'content-type': types[path.extname(pathname)] ?? 'application/octet-stream' });
      response.end(contents);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const asked = [];
  server.on('request', (request) => asked.push(request.url));
  const page = await open({ address: `http://127.0.0.1:${server.address().port}`, hash: `#module-${MODULE}` });
  assert.match(await sums(page).innerText(), /cargo book/);
  assert.ok(await module(page).evaluate((details) => details.open), 'a link still unfolds its module');
  assert.equal(await page.locator('.module-controls, td.yours, .phase-progress:visible').count(), 0);
  assert.ok(!asked.some((address) => address.includes('progress')), `${asked}`);
  assert.deepEqual(page.posts, []);
  assert.equal(page.hosts.size, 1);
  await close(page);
});

test('both themes, and a phone', async () => {
  const seen = {};
  for (const theme of ['light', 'navy']) {
    for (const [device, width] of [['desktop', 1280], ['phone', 390]]) {
      const page = await open({ viewport: { width, height: 900 } });
      await page.evaluate((name) => localStorage.setItem('mdbook-theme', name), theme);
      await page.goto(`${url}/roadmap.html#module-${MODULE}`);
      await page.reload();
      await press(page, 'done');
      const colour = (selector, property) => page.locator(selector).first()
        .evaluate((element, name) => getComputedStyle(element)[name], property);
      seen[theme] = [await colour('.roadmap-map text', 'fill'), await colour('.roadmap-map .here .box', 'fill')];
      const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
      assert.ok(content <= screen, `the page is ${content} wide on a screen of ${screen}`);
      if (process.env.SHOTS) {
        await page.screenshot({ path: path.join(process.env.SHOTS, `roadmap-${theme}-${device}.png`), fullPage: true });
      }
      await close(page);
    }
  }
  assert.notEqual(seen.light[0], seen.navy[0]);
  assert.notEqual(seen.light[1], seen.navy[1]);
});
