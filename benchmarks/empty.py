"""The floor of a page: one plotly chart, nothing else."""

import streamlit as st

st.title("·")
st.plotly_chart({"data": [{"type": "bar", "x": ["a", "b", "c"], "y": [1, 3, 2]}], "layout": {"height": 240}})
