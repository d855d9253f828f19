"""Deciding: facts about one gradebook in, its plan out; column by column, student by student."""
