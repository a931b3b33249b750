#!/bin/bash -eu
# Builds every target of fuzz/targets.tsv for whatever engine and sanitizer the environment names, and puts beside each its
# seeds, dictionary and options. Run by ClusterFuzzLite and OSS-Fuzz; scripts/gates/oss-fuzz does it without their images.
cd -P "$SRC/smtpspec"
names=()
declare -A longest
while IFS=$'\t' read -r name _ most _ _ msan _; do
  # What links a library that is not instrumented would be reported for what that library writes.
  [[ $CFLAGS == *-fsanitize=memory* && $msan != yes ]] && continue
  names+=("$name")
  longest[$name]=$most
done < <(grep '^[a-z]' fuzz/targets.tsv)

# Flags come from the environment alone, the engine is linked by $CXX.
cmake -S . -B "$WORK/smtpspec" -G Ninja -DSMTPSPEC_TESTS=OFF -DSMTPSPEC_FUZZ=engine -DSMTPSPEC_ENGINE="$LIB_FUZZING_ENGINE"
cmake --build "$WORK/smtpspec" --target "${names[@]/#/fuzz_}"

for name in "${names[@]}"; do
  target=$OUT/fuzz_$name
  cp "$WORK/smtpspec/bin/fuzz_$name" "$target"
  dictionary=fuzz/dictionaries/$name.dict
  [ -f "$dictionary" ] || dictionary=fuzz/dictionaries/all.dict
  cp "$dictionary" "$target.dict"
  printf '[libfuzzer]\nmax_len = %d\ndict = fuzz_%s.dict\ntimeout = 10\nrss_limit_mb = 2048\n' "${longest[$name]}" "$name" >"$target.options"
  rm -f "${target}_seed_corpus.zip"
  find "corpus/$name" -type f -size "-$((longest[$name] + 1))c" | sort | zip -q -j "${target}_seed_corpus.zip" -@
done
