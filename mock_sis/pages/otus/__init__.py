"""The pages of Otus: classes, assessments with their scores, the teacher group, students."""
