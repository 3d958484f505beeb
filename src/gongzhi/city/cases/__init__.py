"""Cases: rows for cases, open tasks, files; actions and lists. What a case means is the engine's business."""
