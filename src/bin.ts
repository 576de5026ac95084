#!/usr/bin/env node
import { main } from "./review/standalone.js";

await main(process.argv.slice(2));
