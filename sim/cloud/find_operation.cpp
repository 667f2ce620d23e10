#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "opsim/cloud/service.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim {

bool same_operation(std::string_view known, std::string_view written) {
  std::size_t i = 0;
  for (const char c : written) {
    if (c == '_' || c == '-') continue;
    const auto lower = [](char x) { return std::tolower(static_cast<unsigned char>(x)); };
    if (i == known.size() || lower(known[i]) != lower(c)) return false;
    ++i;
  }
  return i == known.size();
}

namespace {

const Operation* row_named(const Service& table, std::string_view name) {
  const auto& rows = table.operations;
  const auto exact = std::ranges::lower_bound(rows, name, {}, &Operation::name);
  if (exact != rows.end() && exact->name == name) return &*exact;
  const auto alike = std::ranges::find_if(
      rows, [&](const Operation& row) { return same_operation(row.name, name); });
  return alike == rows.end() ? nullptr : &*alike;
}

}  // namespace

OperationFound find_operation(Catalog catalog, std::string_view endpoint, std::string_view name) {
  const auto serves = [&](const Service& table) {
    return endpoint_of(table) == endpoint || same_operation(endpoint_of(table), endpoint);
  };
  for (const Service* table : catalog) {
    if (!serves(*table)) continue;
    if (const Operation* row = row_named(*table, name); row != nullptr) return {table, row, {}};
  }
  std::vector<std::string_view> endpoints;
  std::vector<std::string_view> operations;
  for (const Service* table : catalog) {
    if (!table->operations.empty()) endpoints.push_back(endpoint_of(*table));
    if (!serves(*table)) continue;
    for (const Operation& row : table->operations) operations.push_back(row.name);
  }
  if (std::ranges::none_of(catalog, [&](const Service* table) { return serves(*table); }))
    return {.unknown = {"UnknownService",
                        fmt::format("no service {} is simulated{}", opsim::quoted(endpoint),
                                    did_you_mean(endpoint, endpoints))}};
  return {.unknown = {"InvalidAction",
                      fmt::format("{} has no operation {} here{}", endpoint, opsim::quoted(name),
                                  did_you_mean(name, operations))}};
}

}  // namespace opsim
