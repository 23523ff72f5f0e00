package lang

import "slices"

// Codes of what is found out only when states are laid out or explored.
const (
	TooLarge       = codeTooLarge
	Unreachable    = codeUnreachable
	NeverStarts    = codeNeverStarts
	NeverEvaluated = codeNeverEvaluated
	NeverAfter     = codeNeverAfter
	NeverBefore    = codeNeverBefore
	NoPoints       = codeNoPoints
	IdleTransfer   = codeTransferIdle
)

// The codes of the checker: LU01 loading and names, LU02 types and values, LU03
// what may be read and written, LU04 statements, LU05 units, messages and
// protocols, LU06 updates, LU07 limits, LU09 warnings.
const (
	codeImport      = "LU0101"
	codeImportCycle = "LU0102"
	codeImports     = "LU0103"
	codeTwoSystems  = "LU0105"
	codeDuplicate   = "LU0106"
	codeUnknown     = "LU0107"
	codeUnknownType = "LU0108"
	codeUnknownUnit = "LU0109"
	codeWrongKind   = "LU0110"
	codeOtherSystem = "LU0111"

	codeMismatch    = "LU0201"
	codeConversion  = "LU0202"
	codeOutOfRange  = "LU0203"
	codeEmptyRange  = "LU0204"
	codeNotConstant = "LU0205"
	codeTypeCycle   = "LU0206"
	codeAmbiguous   = "LU0207"
	codeNoPart      = "LU0208"
	codeBadParts    = "LU0209"
	codeOverflow    = "LU0210"
	codeDivision    = "LU0211"
	codeNotSet      = "LU0212"
	codeCaller      = "LU0213"
	codeNeedsType   = "LU0214"
	codeRecursion   = "LU0215"
	codeArity       = "LU0216"

	codeReadsGhost  = "LU0301"
	codeForeignVar  = "LU0302"
	codeAsks        = "LU0303"
	codeNotReadable = "LU0304"
	codeOld         = "LU0305"
	codeNotWritable = "LU0306"
	codeNotGhost    = "LU0307"
	codeSelf        = "LU0308"
	codeAttach      = "LU0309"
	codeMark        = "LU0310"
	codeUnmarked    = "LU0311"

	codeSymmetricNamed  = "LU0320"
	codeSymmetricOrder  = "LU0321"
	codeSymmetricMixed  = "LU0322"
	codeSymmetricStart  = "LU0323"
	codeSymmetricIndex  = "LU0324"
	codeSymmetricFails  = "LU0325"
	codeSymmetricUpdate = "LU0326"
	codeSymmetricSingle = "LU0327"

	codeMisplacedStmt = "LU0401"
	codeAfterLoop     = "LU0402"
	codeReplyValue    = "LU0403"
	codeNoValue       = "LU0404"
	codeForSet        = "LU0405"
	codeHeldResults   = "LU0406"

	codeUnknownMessage  = "LU0501"
	codeInstance        = "LU0502"
	codeToFunction      = "LU0503"
	codeToClient        = "LU0504"
	codeProtocolMessage = "LU0505"
	codeProtocolKey     = "LU0506"

	codeNoChange     = "LU0601"
	codeNoSuch       = "LU0602"
	codeChangedTwice = "LU0603"
	codeClientUpdate = "LU0604"
	codeGhostUpdate  = "LU0605"
	codeUnitChanged  = "LU0606"
	codeExtend       = "LU0607"
	codeDropOutside  = "LU0608"
	codeConvert      = "LU0609"
	codeExpect       = "LU0610"
	codeFixes        = "LU0611"
	codeUnaffected   = "LU0612"
	codeRequires     = "LU0613"
	codePlan         = "LU0614"

	codeTooLarge = "LU0701"

	codeMissingReply = "LU0901"
	codeUnreachable  = "LU0902"
	codeNeverStarts  = "LU0903"
	codeGhostUnread  = "LU0904"
	codeGhostLost    = "LU0905"
	codeTransferIdle = "LU0906"
	codeSame         = "LU0907"
	codeNoClient     = "LU0908"

	codeNeverEvaluated = "LU0909"
	codeNoPoints       = "LU0910"

	codeClientChanged = "LU0911"

	codeNeverAfter  = "LU0912"
	codeNeverBefore = "LU0913"
)

// warningNames are the names by which warnings are silenced.
var warningNames = map[string]string{
	codeMissingReply: "missing-reply",
	codeUnreachable:  "unreachable-handler",
	codeNeverStarts:  "protocol-never-starts",
	codeGhostUnread:  "ghost-unread",
	codeGhostLost:    "ghost-update-lost",
	codeTransferIdle: "transfer-changes-nothing",
	codeSame:         "replaced-by-the-same",
	codeNoClient:     "no-client",

	codeNeverEvaluated: "assertion-never-evaluated",
	codeNoPoints:       "level-without-points",

	codeClientChanged: "client-changed",

	codeNeverAfter:  "assertion-never-after-switch",
	codeNeverBefore: "assertion-never-before-switch",
}

// WarningName is the name of a warning by its code; "" for other codes.
func WarningName(code string) string { return warningNames[code] }

// Codes explains all diagnostics, ordered by code. The slice is the caller's.
func Codes() []CodeInfo { return slices.Concat(syntaxCodes, nameCodes, unitCodes) }
