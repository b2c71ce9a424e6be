package trail

import "strings"

// ClientFamily reduces a user agent to the part that stays the same between
// calls of one program: product, major version and operating system. Run ids,
// patch levels, commands and S3's square brackets go (one Terraform run showed
// 147 agents from 7 addresses in 55 minutes). The agent is chosen by the caller:
// a family separates consumers, it never vouches for one.
func ClientFamily(agent string) string {
	agent = strings.TrimSpace(agent)
	agent = strings.TrimSuffix(strings.TrimPrefix(agent, "["), "]")
	agent = strings.TrimSpace(clip(agent, maxAgent))
	if agent == "" {
		return "none"
	}
	if isServiceOrigin(agent) {
		return agent
	}
	family := productOf(agent)
	if os := systemOf(agent); os != "" {
		family += " " + os
	}
	return clip(family, 80)
}

const maxAgent = 1024 // CloudTrail cuts the field at 1 KB

// knownProducts are looked for in this order, so that a tool wins over the SDK
// it is built on.
func knownProducts() []string {
	return []string{
		"terraform", "pulumi", "pacu", "trufflehog", "s3 browser", "s3console", "rds console",
		"cloudformation", "aws-cli", "aws-cdk", "packer", "ansible", "boto3", "aws-sdk-go-v2", "aws-sdk-go",
		"aws-sdk-java", "aws-sdk-kotlin", "aws-sdk-js", "aws-sdk-nodejs", "aws-sdk-ruby3", "aws-sdk-ruby2",
		"aws-sdk-rust", "aws-sdk-php", "aws-sdk-dotnet", "aws-sdk-net", "aws-sdk-cpp", "aws-sdk-swift",
		"awspowershell", "botocore",
	}
}

func productOf(agent string) string {
	lower := strings.ToLower(agent)
	if strings.HasPrefix(lower, "mozilla/") {
		return browserOf(lower)
	}
	for _, product := range knownProducts() {
		at := strings.Index(lower, product)
		if at < 0 || (at > 0 && isWord(lower[at-1])) {
			continue
		}
		rest := lower[at+len(product):]
		if rest != "" && isWord(rest[0]) {
			continue
		}
		return strings.ReplaceAll(product, " ", "-") + majorOf(rest)
	}
	first, _, _ := strings.Cut(agent, " ")
	first = strings.Trim(first, ",;()")
	name, version, found := strings.Cut(first, "/")
	name = strings.TrimSuffix(foldIdentifiers(name), "-#")
	if name == "" {
		name = "unnamed"
	}
	if found {
		return name + majorOf("/"+version)
	}
	return name
}

func isWord(c byte) bool {
	return c == '-' || c == '_' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9'
}

// majorOf reads "/1" from "/1.26.165 Python...". No version gives "".
func majorOf(rest string) string {
	if !strings.HasPrefix(rest, "/") {
		return ""
	}
	end := 1
	for end < len(rest) && end < 6 && '0' <= rest[end] && rest[end] <= '9' {
		end++
	}
	if end == 1 {
		return ""
	}
	return rest[:end]
}

func browserOf(lower string) string {
	for _, b := range []string{"edg", "firefox", "chrome", "safari"} {
		if strings.Contains(lower, b+"/") {
			if b == "edg" {
				return "browser/edge"
			}
			return "browser/" + b
		}
	}
	return "browser"
}

func systemOf(agent string) string {
	lower := strings.ToLower(agent)
	for _, os := range []struct{ mark, name string }{
		{"kali", "kali"}, {"parrot", "parrot"}, {"windows", "windows"}, {"darwin", "macos"}, {"macos", "macos"},
		{"mac os x", "macos"}, {"android", "android"}, {"linux", "linux"},
	} {
		if strings.Contains(lower, os.mark) {
			return os.name
		}
	}
	return ""
}

// foldIdentifiers replaces what varies from run to run: a UUID or a hexadecimal
// piece becomes "#", and so does every run of digits. "i-0abc12d9" and
// "run-8271" each fold to one pattern.
func foldIdentifiers(s string) string {
	parts := strings.FieldsFunc(foldUUIDs(s), func(r rune) bool { return strings.ContainsRune("-_.:", r) })
	out := make([]string, 0, len(parts))
	for _, part := range parts {
		if looksHex(part) {
			part = "#"
		}
		part = foldDigits(part)
		if part == "#" && len(out) > 0 && out[len(out)-1] == "#" {
			continue
		}
		out = append(out, part)
	}
	return strings.Join(out, "-")
}

const uuidLength = 36

func foldUUIDs(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		if i+uuidLength <= len(s) && isUUID(s[i:i+uuidLength]) {
			b.WriteByte('#')
			i += uuidLength
			continue
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}

func isUUID(s string) bool {
	for i := 0; i < len(s); i++ {
		switch i {
		case 8, 13, 18, 23:
			if s[i] != '-' {
				return false
			}
		default:
			if !isHex(s[i]) {
				return false
			}
		}
	}
	return len(s) == uuidLength
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// looksHex reports a piece of an instance id or a hash: hexadecimal, at least
// four characters, with a digit in it.
func looksHex(s string) bool {
	digit := false
	for i := 0; i < len(s); i++ {
		if !isHex(s[i]) {
			return false
		}
		digit = digit || s[i] <= '9'
	}
	return digit && len(s) >= 4
}

func foldDigits(s string) string {
	var b strings.Builder
	in := false
	for _, r := range s {
		if '0' <= r && r <= '9' {
			if !in {
				b.WriteByte('#')
			}
			in = true
			continue
		}
		in = false
		b.WriteRune(r)
	}
	return b.String()
}
