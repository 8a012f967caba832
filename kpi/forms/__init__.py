"""Forms of others, filled: any .xlsx or .docx whose cells and places say {{KPI.field | month=… | grid=…}} comes back with figures, everything else as it was.

    filling       look through a form, fill it
    figures       the figure that a placeholder asks for
    placeholders  what a placeholder says, and one composed to be put into a form
    child         the process that opens a form, with package, spreadsheet, document and texts
"""
