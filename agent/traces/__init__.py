"""Spans of the agent's work for OpenTelemetry; extra `[otel]`."""
