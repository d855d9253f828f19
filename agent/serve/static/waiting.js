// Asks how far a job is, and loads the page anew once it has ended.
const line = document.querySelector("[data-poll]");

async function ask() {
  try {
    const job = await (await fetch(line.dataset.poll)).json();
    if (job.ended) {
      location.reload();
      return;
    }
    line.textContent = `Requests to the SIS so far: ${job.reads} reads, ${job.writes} writes.`;
  } catch {
    // The server may be away for a moment; the next question tells.
  }
  setTimeout(ask, 1000);
}

setTimeout(ask, 500);
