package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"time"
)

// fileTape is a tape in a file of a checkpoint. A record has its length before it and a sum, which
// is of all records up to this one, so that none can be left out or changed unnoticed.
type fileTape struct {
	*checkpoint
	number int
	file   *os.File // nil: there is none

	reader  io.Reader // of what counts, from the place on
	end     int64     // of what counts
	at      int64     // the place
	sum     uint32    // of the records before it
	record  []byte    // at the place, if it has been read; nil: not yet
	nextSum uint32    // up to that

	writer   *bufio.Writer // nil: nothing has been appended yet
	whole    int64         // the last place at which all before was whole
	wholeSum uint32
}

const (
	recordHead = 8       // bytes before a record
	maxRecord  = 1 << 30 // bytes of one
	tapeBuffer = 1 << 20 // bytes
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// start goes to the beginning; so much of the file counts.
func (t *fileTape) start(on checkOnTape) {
	t.end, t.whole, t.wholeSum = on.Bytes, on.Bytes, on.Sum
	if t.file != nil {
		t.reader = bufio.NewReaderSize(io.NewSectionReader(t.file, 0, on.Bytes), tapeBuffer)
	}
}

// Peek reads the record at the place.
func (t *fileTape) Peek() ([]byte, error) {
	if t.record != nil || t.at == t.end {
		return t.record, nil
	}
	record, sum, err := readRecord(t.reader, t.end-t.at, t.sum)
	if err != nil {
		return nil, t.refuse("it is damaged: "+tapeName+" at byte %d: %v", t.number+1, t.at, reason(err))
	}
	t.record, t.nextSum = record, sum
	return t.record, nil
}

// Next goes behind the record that was read.
func (t *fileTape) Next() {
	t.at, t.sum, t.record = t.at+recordHead+int64(len(t.record)), t.nextSum, nil
	t.last = time.Now()
}

// Append writes a record. What was there counts no longer before it is written over.
func (t *fileTape) Append(record []byte) bool {
	if t.failed || t.file == nil {
		return false
	}
	if t.writer == nil {
		if t.whole, t.wholeSum = t.at, t.sum; t.at < t.counted(t.number) {
			t.commit()
		}
		if t.failed || !t.try(t.file.Truncate(t.at)) || !t.try(seek(t.file, t.at)) {
			return false
		}
		t.writer = bufio.NewWriterSize(t.file, tapeBuffer)
	}
	if len(record) > maxRecord {
		return t.try(fmt.Errorf("a record of %d bytes is too large", len(record)))
	}
	var head [recordHead]byte
	binary.LittleEndian.PutUint32(head[:], uint32(len(record)))
	t.sum = sumOf(t.sum, head[:4], record)
	binary.LittleEndian.PutUint32(head[4:], t.sum)
	if _, err := t.writer.Write(head[:]); !t.try(err) {
		return false
	}
	if _, err := t.writer.Write(record); !t.try(err) {
		return false
	}
	t.at += recordHead + int64(len(record))
	t.end, t.record = t.at, nil
	return true
}

// seek goes to a place in a file.
func seek(f *os.File, at int64) error {
	_, err := f.Seek(at, io.SeekStart)
	return err
}

// try is false, and nothing more is written, where something has failed.
func (t *fileTape) try(err error) bool {
	if err != nil {
		t.fail(err)
	}
	return err == nil
}

// Whole notes that all before the place is whole, and makes it durable unless that was just done.
func (t *fileTape) Whole() {
	t.whole, t.wholeSum = t.at, t.sum
	if time.Since(t.last) >= min(t.every, time.Second) {
		t.commit()
	}
}

// Due says whether it is time for a checkpoint.
func (t *fileTape) Due() bool { return !t.failed && time.Since(t.last) >= t.every }

// sync brings what was appended to the disk.
func (t *fileTape) sync() error {
	if t.writer == nil {
		return nil
	}
	if err := t.writer.Flush(); err != nil {
		return err
	}
	return t.file.Sync()
}

// drop cuts off what does not count, which frees room on a full disk.
func (t *fileTape) drop(end int64) {
	if t.file != nil && t.writer != nil {
		_ = t.file.Truncate(end)
	}
}

// readRecord reads a record with what stands before it, of at most room bytes together, behind
// records with that sum.
func readRecord(r io.Reader, room int64, before uint32) (record []byte, sum uint32, err error) {
	var head [recordHead]byte
	if room < recordHead {
		return nil, 0, errors.New("a record is cut off")
	}
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, 0, err
	}
	n := int64(binary.LittleEndian.Uint32(head[:]))
	if n == 0 || n > maxRecord || n > room-recordHead {
		return nil, 0, fmt.Errorf("a record of %d bytes", n)
	}
	record = make([]byte, n)
	if _, err := io.ReadFull(r, record); err != nil {
		return nil, 0, err
	}
	if sum = sumOf(before, head[:4], record); sum != binary.LittleEndian.Uint32(head[4:]) {
		return nil, 0, errors.New("a record is not as it was written")
	}
	return record, sum, nil
}

func sumOf(before uint32, parts ...[]byte) uint32 {
	for _, p := range parts {
		before = crc32.Update(before, castagnoli, p)
	}
	return before
}

// verify reads what counts of a tape.
func verify(path string, on checkOnTape) error {
	switch {
	case on.Bytes == 0:
		return nil
	case on.Bytes < 0:
		return fmt.Errorf("%d bytes of it count", on.Bytes)
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return errors.New("it is not a regular file")
	case info.Size() < on.Bytes:
		return fmt.Errorf("%d bytes of %d are there", info.Size(), on.Bytes)
	}
	r, sum := bufio.NewReaderSize(io.LimitReader(f, on.Bytes), tapeBuffer), uint32(0)
	for at := int64(0); at < on.Bytes; {
		record, next, err := readRecord(r, on.Bytes-at, sum)
		if err != nil {
			return fmt.Errorf("at byte %d: %w", at, reason(err))
		}
		at, sum = at+recordHead+int64(len(record)), next
	}
	if sum != on.Sum {
		return errors.New("it is not the one that was written")
	}
	return nil
}
