package trail

// MapReport marshals to the JSON of "map --output json". Names and counting
// rules are a contract; members beyond it are additions.
type MapReport struct {
	SchemaVersion int            `json:"schema_version"`
	Selection     Selection      `json:"selection"`
	Coverage      Coverage       `json:"coverage"`
	Totals        Totals         `json:"totals"`
	Keys          []KeyUse       `json:"keys"`
	Operations    []OperationUse `json:"operations"`
	Origins       []OriginUse    `json:"origins"`
	Clients       []ClientUse    `json:"clients"`
	Consumers     []Consumer     `json:"consumers"`
}

// Selection repeats what was asked for.
type Selection struct {
	AccessKey string  `json:"access_key,omitempty"`
	Principal string  `json:"principal,omitempty"`
	Account   *string `json:"account"` // decoded from the key id: a hint
}

// mapSchemaVersion changes only when a reader of the JSON would break.
const mapSchemaVersion = 1

// Report returns the map in the form the contract fixes. Arrays are never null.
func (u *Usage) Report() MapReport {
	r := MapReport{
		SchemaVersion: mapSchemaVersion,
		Selection:     Selection{AccessKey: u.Selector.AccessKey, Principal: u.Selector.Principal},
		Coverage:      u.Coverage,
		Totals:        u.Totals,
		Keys:          filled(u.Keys),
		Operations:    filled(u.Operations),
		Origins:       filled(u.Origins),
		Clients:       filled(u.Clients),
		Consumers:     filled(u.Consumers),
	}
	if account, ok := AccountFromAccessKeyID(u.Selector.AccessKey); ok {
		r.Selection.Account = &account
	}
	r.Coverage.Blind = filled(r.Coverage.Blind)
	r.Coverage.FilesFailed = filled(r.Coverage.FilesFailed)
	r.Coverage.FilesSkipped = filled(r.Coverage.FilesSkipped)
	r.Coverage.Regions = filled(r.Coverage.Regions)
	r.Coverage.EventSourceNames = filled(r.Coverage.EventSourceNames)
	return r
}

// filled turns a nil slice, which marshals as null, into an empty one.
func filled[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
