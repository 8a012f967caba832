"""Everything of the product that is not Streamlit."""
