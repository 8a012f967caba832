"""Reports that leave the building: the month as a workbook, the dictionary of KPIs."""
