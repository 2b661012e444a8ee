"""Reach the ledger over HTTP: an API for programs, pages for people, one way in for both.

codes, guests, inviting       who was invited, who is inside, who guesses too often
door, roll, callers           let in, and at every request look who somebody is today
issuers                       the second way in: an OpenID Connect issuer
problems, conditions          errors and conditional requests in HTTP's own words
readings, lists               every view as JSON, lists page by page and as CSV
form_fields, form_reading     what a form asks for a command, and what was typed read as one
drawing                       a form drawn for who fills it in, with everybody who will see it
writing, proofs, following    commands, receipts and bundles, entries as they come
screens, pages                what people see, and its templates; every page works without scripts
languages, speaking           in which language a page answers; its catalogues
gate                          what holds for every request: host, sizes, time, headers, log, figures
openapi, parameters           the document that describes the API
app, server                   put together, and run as a part of `serve`

Nothing here is imported by the base install but `inviting` and what it stands on.
"""
