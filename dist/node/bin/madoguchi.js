#!/usr/bin/env node
// Starts the binary of this platform with the same arguments, and ends as it ends.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { command } from '../index.js';

const child = spawn(command(), process.argv.slice(2), { stdio: 'inherit' });
// both got it from the terminal; the binary says when all is over
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(error.message);
  process.exitCode = 5;
});
child.on('exit', (code, signal) => {
  process.exitCode = code ?? 128 + constants.signals[signal];
});
