"""The KPIs: declared once each, computed from facts, with the cases behind every figure."""
