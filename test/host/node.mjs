#!/usr/bin/env node
// @ts-check
// Runs a script with the given arguments on the host's Node: node test/host/node.mjs <script> [arguments]
import process from 'node:process';
import { runOnHostNode } from './hostNode.mjs';

runOnHostNode(process.argv.slice(2));
