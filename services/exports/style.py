"""How an exported page looks, on a screen and on paper."""

STYLE = """
body { font: 15px/1.5 serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #111; }
h1, h2, h3, th, dt, .at, .ref { font-family: sans-serif; }
h1 { font-size: 1.6em; } h2 { border-bottom: 1px solid #999; margin-top: 2em; }
h3 { font-size: 1em; margin: 1.4em 0 .4em; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2em 1em; }
dt { color: #555; } dd { margin: 0; }
ol { list-style: none; padding: 0; } ol > li { margin: 0 0 .8em; padding-inline-start: 4em; }
.at { float: inline-start; margin-inline-start: -4em; color: #555; }
.ref { color: #777; font-size: .8em; }
li p { margin: .1em 0; } .says { color: #333; white-space: pre-wrap; padding-inline-start: 1em; }
.mark { color: #8a4b00; } .silence { color: #777; text-align: center; }
.proposal { border-inline-start: 3px solid #ccc; padding-inline-start: .8em; margin: .8em 0; }
.status { font-weight: bold; }
table { border-collapse: collapse; font-size: .75em; width: 100%; }
th, td { border: 1px solid #ccc; padding: .2em .4em; text-align: start; vertical-align: top; }
td { overflow-wrap: anywhere; }
@page { margin: 1.5cm; }
@media print {
  body { max-width: none; margin: 0; font-size: 11pt; }
  li, tr, .proposal { break-inside: avoid; } h2, h3 { break-after: avoid; }
  thead { display: table-header-group; }
}
"""
