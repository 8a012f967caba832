"""From staged rows to facts: standing rows, SQL in steps, immutable builds."""
