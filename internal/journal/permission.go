package journal

import (
	"fmt"
	"io/fs"
	"os"
)

// checkFile refuses a journal that is a symbolic link or that anybody but its
// owner can read or write.
func checkFile(path string) (os.FileInfo, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	if !info.Mode().IsRegular() { // a symbolic link is not regular either
		return nil, fmt.Errorf("%w: %s is not a regular file", ErrPermission, path)
	}
	if permissionsApply && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%w: mode %04o, want 0600", ErrPermission, info.Mode().Perm())
	}
	return info, nil
}

// sameFile refuses f when it is not the file that was checked, because its
// name was given to another one in between.
func sameFile(checked fs.FileInfo, f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("open journal: %w", err)
	}
	if !os.SameFile(checked, info) {
		return fmt.Errorf("%w: %s was replaced while it was opened", ErrPermission, f.Name())
	}
	return nil
}
