// A run as an SQLite database: for questions that neither the timeline nor `opsim why` was made
// for.
#include <fmt/format.h>
#include <sqlite3.h>

#include <memory>

#include "opsim/kernel/ensure.hpp"
#include "tools/report/exports.hpp"

namespace opsim::report {

namespace {

constexpr const char* kTables = R"sql(
CREATE TABLE run (
  scenario TEXT, lesson TEXT, choice TEXT, seed INTEGER, start TEXT, duration_seconds REAL,
  met INTEGER, ended_early TEXT);
CREATE TABLE entries (
  id INTEGER PRIMARY KEY, cause INTEGER REFERENCES entries, time TEXT, seconds REAL,
  level TEXT, kind TEXT, subject TEXT, text TEXT, source TEXT, detail TEXT);
CREATE TABLE incidents (
  number INTEGER PRIMARY KEY, of TEXT, parts TEXT, worst TEXT, fault_entry INTEGER REFERENCES entries,
  harmed_seconds REAL, down_seconds REAL, detected_seconds REAL, healthy_seconds REAL,
  recovered_seconds REAL, recovery_seconds REAL, detected REAL, routed REAL, acted REAL,
  verified REAL, held REAL, resolved_by TEXT);
CREATE TABLE goals (
  goal TEXT, wanted TEXT, observed TEXT, value REAL, met INTEGER, source TEXT, because TEXT);
)sql";

using Database = std::unique_ptr<sqlite3, decltype([](sqlite3* one) { sqlite3_close(one); })>;
using Statement =
    std::unique_ptr<sqlite3_stmt, decltype([](sqlite3_stmt* one) { sqlite3_finalize(one); })>;

void bind(sqlite3_stmt* statement, int at, const Json& value) {
  if (value.is_boolean()) {
    sqlite3_bind_int(statement, at, value.get<bool>() ? 1 : 0);
  } else if (value.is_number_integer()) {
    sqlite3_bind_int64(statement, at, value.get<std::int64_t>());
  } else if (value.is_number()) {
    sqlite3_bind_double(statement, at, value.get<double>());
  } else if (!value.is_null()) {
    const std::string text = value.is_string()
                                 ? value.get<std::string>()
                                 : value.dump(-1, ' ', false, Json::error_handler_t::replace);
    sqlite3_bind_text(statement, at, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
  }
}

/// Rows of one table: a value of JSON a column, null where it is absent.
class Rows {
 public:
  Rows(sqlite3* database, std::string_view table, std::size_t columns) {
    std::string marks = "?";
    for (std::size_t i = 1; i < columns; ++i) marks += ",?";
    const std::string text = fmt::format("INSERT INTO {} VALUES ({})", table, marks);
    sqlite3_stmt* prepared = nullptr;
    ensure(sqlite3_prepare_v2(database, text.c_str(), -1, &prepared, nullptr) == SQLITE_OK,
           "a table of ours takes its rows");
    statement.reset(prepared);
  }

  void add(const std::vector<Json>& values) {
    sqlite3_reset(statement.get());
    sqlite3_clear_bindings(statement.get());
    int at = 0;
    for (const Json& value : values) bind(statement.get(), ++at, value);
    ensure(sqlite3_step(statement.get()) == SQLITE_DONE, "a row fits its table");
  }

 private:
  Statement statement;
};

Json at(const Json& object, std::string_view key) { return object.value(key, Json{}); }
Json seconds_at(const Json& object, std::string_view key) {
  return object.contains(key) ? object.at(key).value("seconds", Json{}) : Json{};
}

constexpr std::string_view level_name(Level level) {
  return level == Level::goals ? "goals" : level == Level::story ? "story" : "everything";
}

void add_entries(sqlite3* database, const Journal& journal, SimTime start) {
  Rows rows{database, "entries", 10};
  for (const JournalEntry& entry : journal.entries()) {
    const Json json = entry_json(entry, start);
    rows.add({at(json, "id"), at(json, "cause"), at(json, "time"), at(json, "seconds"),
              level_name(entry.level), at(json, "kind"), at(json, "subject"), at(json, "text"),
              at(json, "source"), at(json, "detail")});
  }
}

void add_incidents(sqlite3* database, const Json& incidents) {
  Rows rows{database, "incidents", 17};
  for (const Json& one : incidents) {
    const Json split = one.value("split_seconds", Json::object());
    rows.add({at(one, "number"), at(one, "of"), at(one, "parts"), at(one, "worst"),
              at(one, "fault_entry"), seconds_at(one, "harmed"), seconds_at(one, "down_from"),
              seconds_at(one, "detected"), seconds_at(one, "healthy"), seconds_at(one, "recovered"),
              at(one, "recovery_seconds"), at(split, "detected"), at(split, "routed"),
              at(split, "acted"), at(split, "verified"), at(split, "held"),
              at(one, "resolved_by")});
  }
}

void add_run(sqlite3* database, const Json& run) {
  Rows{database, "run", 8}.add({at(run, "scenario"), at(run, "lesson"), at(run, "choice"),
                                at(run, "seed"), at(run, "start"), at(run, "duration_seconds"),
                                at(run, "met"), at(run, "ended_early")});
  Rows goals{database, "goals", 7};
  for (const Json& goal : run.at("goals"))
    goals.add({at(goal, "goal"), at(goal, "wanted"), at(goal, "observed"), at(goal, "value"),
               at(goal, "met"), at(goal, "source"), at(goal, "because")});
}

}  // namespace

std::string sqlite_database(const RunFacts& run) {
  // In memory, and then its bytes: nothing of the machine gets into the file.
  sqlite3* opened = nullptr;
  ensure(sqlite3_open(":memory:", &opened) == SQLITE_OK, "memory can be opened");
  const Database database{opened};
  const auto execute = [&](const char* text) {
    ensure(sqlite3_exec(opened, text, nullptr, nullptr, nullptr) == SQLITE_OK,
           "statements of ours are sound");
  };
  execute(kTables);
  execute("BEGIN");
  const Json json = run_json(run);
  add_run(opened, json);
  add_incidents(opened, json.at("incidents"));
  add_entries(opened, run.world.journal(), run.scenario.start);
  execute("COMMIT");

  sqlite3_int64 size = 0;
  unsigned char* bytes = sqlite3_serialize(opened, "main", &size, 0);
  ensure(bytes != nullptr, "a database has bytes");
  std::string file{reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
  sqlite3_free(bytes);
  return file;
}

}  // namespace opsim::report
