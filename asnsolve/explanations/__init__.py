"""Why exposures are in their associations: answers as data, which `str` turns into prose.

Each question has a function: `why.explain` about an exposure,
`named_associations.explain_association` about an association, `pair.explain_pair` about two
exposures, and `absence.explain_absence` about a missing one. All of them ask `programs`, which
solves the program of the exposure.

Answers are data, in `answers`, `member_answers` and `pair_answers`, and are made by:

- `member_grounds` and `deciding_values`: why a member is in, in its role.
- `rule_answers` and `unmet_needs`: which clauses refuse an exposure, and which needs are not met.
- `levels`: why a level has no association with it.
- `remedies`, `remedy_search` and `trials`: what would let it in. Changes are proposed, and kept if
  they work when tried out.

They are put into English in `prose`, `member_prose` and `pair_prose`, with the help of
`sentences`.
"""
