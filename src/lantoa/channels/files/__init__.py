"""Files that came in: fetched by a job, judged by their content, kept apart from what is public."""
