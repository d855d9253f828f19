"""PowerTeacher Pro's gradebook, `/ws/xte`: assignments, scores, categories."""
