// The SQLite store on a disk that fails at its n-th write or sync, for every n that a short story
// of one key takes: no crash, an error that says what to do, and nothing acknowledged is lost.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <string>

#include "store/authenticator.hpp"
#include "store/key_ring.hpp"
#include "store/sqlite_tenant_store.hpp"
#include "store/temporary_folder_test.hpp"

namespace clientele::store {
namespace {

using namespace std::chrono_literals;

const Instant kNow{1'700'000'000s};

// When the disk fails, and how.
struct Fate {
  long good_writes = 1'000'000'000;
  bool recovers = false;  // fails once, or from then on
  int code = SQLITE_IOERR_WRITE;
  bool struck = false;
};
Fate fate;

int next_write() {
  if (fate.good_writes > 0) {
    --fate.good_writes;
    return SQLITE_OK;
  }
  if (fate.struck && fate.recovers) return SQLITE_OK;
  fate.struck = true;
  return fate.code;
}

// A file of the failing disk: SQLite's own file lies behind it in the same block of memory.
struct FailingFile {
  sqlite3_file base;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<FailingFile*>(file)->real(); }

int failing_write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  if (const int failure = next_write(); failure != SQLITE_OK) return failure;
  return real(file)->pMethods->xWrite(real(file), data, size, offset);
}

// Without a real sync, for speed: this process lives on.
int failing_sync(sqlite3_file*, int) {
  return next_write() == SQLITE_OK ? SQLITE_OK : SQLITE_IOERR_FSYNC;
}

// Passes a method on to the real file.
template <auto Method>
struct PassOn;
template <typename... Arguments, int (*sqlite3_io_methods::*Method)(sqlite3_file*, Arguments...)>
struct PassOn<Method> {
  static int call(sqlite3_file* file, Arguments... arguments) {
    return (real(file)->pMethods->*Method)(real(file), arguments...);
  }
};

void pass_barrier(sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); }

using M = sqlite3_io_methods;
constexpr M kMethods{2,
                     PassOn<&M::xClose>::call,
                     PassOn<&M::xRead>::call,
                     failing_write,
                     PassOn<&M::xTruncate>::call,
                     failing_sync,
                     PassOn<&M::xFileSize>::call,
                     PassOn<&M::xLock>::call,
                     PassOn<&M::xUnlock>::call,
                     PassOn<&M::xCheckReservedLock>::call,
                     PassOn<&M::xFileControl>::call,
                     PassOn<&M::xSectorSize>::call,
                     PassOn<&M::xDeviceCharacteristics>::call,
                     PassOn<&M::xShmMap>::call,
                     PassOn<&M::xShmLock>::call,
                     pass_barrier,
                     PassOn<&M::xShmUnmap>::call,
                     nullptr,
                     nullptr};

int failing_open(sqlite3_vfs* disk, const char* name, sqlite3_file* file, int flags, int* out) {
  auto* const plain = static_cast<sqlite3_vfs*>(disk->pAppData);
  const int code = plain->xOpen(plain, name, real(file), flags, out);
  file->pMethods = real(file)->pMethods != nullptr ? &kMethods : nullptr;
  return code;
}

class FailingDiskTest : public testing::TestWithParam<Fate> {
 protected:
  FailingDiskTest() {
    plain_ = sqlite3_vfs_find(nullptr);
    disk_ = *plain_;
    disk_.zName = "failing";
    disk_.pAppData = plain_;
    disk_.szOsFile += static_cast<int>(sizeof(FailingFile));
    disk_.xOpen = failing_open;
    sqlite3_vfs_register(&disk_, 1);
  }
  ~FailingDiskTest() override {
    fate = {};
    sqlite3_vfs_register(plain_, 1);
    sqlite3_vfs_unregister(&disk_);
  }

 private:
  sqlite3_vfs* plain_;
  sqlite3_vfs disk_;
};

void expect_honest(const Error& error) {
  EXPECT_EQ(error.kind, ErrorKind::file_error) << error.detail;
  EXPECT_NE(error.detail.find("free"), std::string::npos) << error.detail;
}

// How far the story of a key came before the disk failed.
struct Story {
  std::optional<IssuedKey> created;
  std::optional<IssuedKey> rotated;
  bool revoked = false;
};

Story live_through(const std::string& path, const Pepper& pepper) {
  Story story;
  const auto store = open_sqlite_store(path);
  if (!store) {
    expect_honest(store.error());
    return story;
  }
  KeyRing ring(**store, pepper);
  auto created = ring.create("acme", kNow);
  if (!created) {
    expect_honest(created.error());
    return story;
  }
  story.created.emplace(std::move(*created));
  auto rotated = ring.rotate("acme", story.created->id, 1h, kNow);
  if (!rotated) {
    expect_honest(rotated.error());
    return story;
  }
  story.rotated.emplace(std::move(*rotated));
  const Status revoked = ring.revoke("acme", story.created->id, kNow);
  if (!revoked) expect_honest(revoked.error());
  story.revoked = revoked.ok();
  return story;
}

TEST_P(FailingDiskTest, WhatWasAcknowledgedIsThere) {
  const Pepper pepper(std::string(32, 'p'));
  for (long writes = 0; writes < 1000; ++writes) {
    SCOPED_TRACE(writes);
    const TemporaryFolder folder;
    fate = GetParam();
    fate.good_writes = writes;
    const Story story = live_through(folder.file("store.sqlite"), pepper);
    const bool struck = fate.struck;
    fate = {};
    const auto store = open_sqlite_store(folder.file("store.sqlite"));
    ASSERT_TRUE(store.ok()) << store.error().detail;
    Authenticator door(**store, pepper);
    if (story.rotated && !story.revoked) {
      // A failed revocation may have reached the disk all the same; nothing else may be lost.
      const auto key = (*store)->list_keys("acme");
      ASSERT_TRUE(key.ok());
      EXPECT_EQ(key->front().secrets.size(), kSecretsPerKey);
    } else if (story.created && !story.revoked) {
      EXPECT_TRUE(door.authenticate(story.created->id, story.created->secret.reveal(), kNow).ok());
    }
    if (story.revoked) {
      EXPECT_FALSE(door.authenticate(story.rotated->id, story.rotated->secret.reveal(), kNow).ok());
    }
    if (!struck) {
      EXPECT_TRUE(story.revoked);
      return;
    }
  }
  FAIL() << "the story never ended well";
}

INSTANTIATE_TEST_SUITE_P(Fates, FailingDiskTest,
                         testing::Values(Fate{.recovers = false, .code = SQLITE_FULL},
                                         Fate{.recovers = true, .code = SQLITE_FULL},
                                         Fate{.recovers = false, .code = SQLITE_IOERR_WRITE},
                                         Fate{.recovers = true, .code = SQLITE_IOERR_WRITE}),
                         [](const auto& parameter) {
                           return std::string(parameter.param.code == SQLITE_FULL ? "full"
                                                                                  : "broken") +
                                  (parameter.param.recovers ? "_once" : "_from_then_on");
                         });

}  // namespace
}  // namespace clientele::store
