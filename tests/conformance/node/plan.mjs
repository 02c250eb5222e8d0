// What a harness is asked to do comes as JSON on stdin; what it found goes out as a line of JSON a
// step: its name and what was wrong.

export async function plan() {
  let text = "";
  for await (const piece of process.stdin) text += piece;
  return JSON.parse(text);
}

const DEADLINE_MS = 10_000;

function late(name) {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`${name}: nothing came in time`)), DEADLINE_MS).unref();
  });
}

export async function step(name, work) {
  let faults;
  try {
    faults = (await Promise.race([work(), late(name)])) ?? [];
  } catch (error) {
    faults = [`${error?.name}: ${error?.message ?? error}`.slice(0, 1000)];
  }
  console.log(JSON.stringify({ name, faults: faults.slice(0, 5) }));
}
