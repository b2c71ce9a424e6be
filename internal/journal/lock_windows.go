//go:build windows

package journal

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/windows"
)

// Windows has access lists, not mode bits; os.FileMode says 0666 for all files.
const permissionsApply = false

// lockOffset lies far behind any journal, because LockFileEx is mandatory and
// a lock on the content would keep readers (watch) out.
const lockOffset = 1 << 30

func lock(f *os.File) error {
	ol := &windows.Overlapped{OffsetHigh: lockOffset}
	err := windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, ol)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return fmt.Errorf("%w: %s", ErrLocked, f.Name())
	}
	if err != nil {
		return fmt.Errorf("lock journal: %w", err)
	}
	return nil
}

// syncDir does nothing: NTFS has no directory handles to flush from user code.
func syncDir(string) error { return nil }
