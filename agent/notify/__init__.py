"""After each run: a notice by mail or webhook to whom it concerns, and a ping to a watcher."""
