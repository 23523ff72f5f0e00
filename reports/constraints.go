package reports

import _ "embed"

// ConstraintsSchema is the JSON Schema (draft 2020-12) of lucheck.constraints/v1.
//
//go:embed constraints.schema.json
var ConstraintsSchema []byte
