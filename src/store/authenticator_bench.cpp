#include "store/authenticator.hpp"

#include <benchmark/benchmark.h>

#include "store/key_ring.hpp"
#include "store/sqlite_tenant_store.hpp"
#include "store/temporary_folder_test.hpp"

namespace clientele::store {
namespace {

const Instant kNow{std::chrono::seconds{1'700'000'000}};

// A store on disk with 100 keys, asked for changes as often as a server does.
struct Door {
  TemporaryFolder folder;
  std::unique_ptr<TenantStore> store =
      std::move(open_sqlite_store(folder.file("store.sqlite"))).value();
  Pepper pepper{std::string(32, 'p')};
  KeyRing ring{*store, pepper};
  IssuedKey key = std::move(ring.create("acme", kNow)).value();
  Authenticator authenticator{*store, pepper};

  Door() {
    for (int i = 0; i < 99; ++i) {
      if (!ring.create("tenant" + std::to_string(i % 10), kNow)) std::abort();
    }
  }
};

Door& door() {
  static Door shared;
  return shared;
}

void authenticate_right_secret(benchmark::State& state) {
  Door& d = door();
  for (auto _ : state) {
    if (!d.authenticator.authenticate(d.key.id, d.key.secret.reveal(), kNow)) {
      state.SkipWithError("refused");
    }
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(authenticate_right_secret)->Threads(1)->Threads(2)->UseRealTime();

void authenticate_wrong_secret(benchmark::State& state) {
  Door& d = door();
  const Secret wrong = Secret::generate();
  for (auto _ : state) {
    if (d.authenticator.authenticate(d.key.id, wrong.reveal(), kNow)) {
      state.SkipWithError("accepted");
    }
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(authenticate_wrong_secret);

void authenticate_unknown_id(benchmark::State& state) {
  Door& d = door();
  const Secret wrong = Secret::generate();
  const std::string unknown = new_key_id();
  for (auto _ : state) {
    if (d.authenticator.authenticate(unknown, wrong.reveal(), kNow)) {
      state.SkipWithError("accepted");
    }
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(authenticate_unknown_id);

void create_key_durably(benchmark::State& state) {
  Door& d = door();
  for (auto _ : state) {
    if (!d.ring.create("bench", kNow)) state.SkipWithError("not created");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(create_key_durably)->Iterations(200)->UseRealTime();

}  // namespace
}  // namespace clientele::store
