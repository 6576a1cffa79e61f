// Every object says what CPU it is for, in a note that linking keeps; tiles count only where they are used.
// RUN: lexon-translate --emit=obj --target=x86_64-linux-gnu --mcpu=x86-64-v3 %s -o %t.v3.o
// RUN: llvm-readelf --sections --string-dump=.note.lexon.target %t.v3.o | FileCheck %s --check-prefix=V3
// RUN: lexon-translate --emit=obj --target=x86_64-linux-gnu --mcpu=sapphirerapids %s -o %t.spr.o
// RUN: llvm-readelf --string-dump=.note.lexon.target %t.spr.o | FileCheck %s --check-prefix=SPR
// RUN: sed 's/llvm.return/llvm.call_intrinsic "llvm.x86.tilerelease"() : () -> ()  llvm.return/' %s > %t.tiles.mlir
// RUN: lexon-translate --emit=obj --target=x86_64-linux-gnu --mcpu=sapphirerapids %t.tiles.mlir -o %t.tiles.o
// RUN: llvm-readelf --string-dump=.note.lexon.target %t.tiles.o | FileCheck %s --check-prefix=TILES
// RUN: lexon-translate --emit=obj --target=x86_64-linux-gnu --mcpu=x86-64 %s -o %t.base.o
// RUN: llvm-readelf --string-dump=.note.lexon.target %t.base.o | FileCheck %s --check-prefix=BASE
// RUN: lexon-translate --emit=obj --target=aarch64-linux-gnu %s -o %t.arm.o
// RUN: llvm-readelf --string-dump=.note.lexon.target %t.arm.o | FileCheck %s --check-prefix=ARM
// What is there to be read stays free of it.
// RUN: lexon-translate --emit=asm %s | FileCheck %s --check-prefix=TEXT
// RUN: lexon-translate --emit=llvm %s | FileCheck %s --check-prefix=TEXT

// V3: .note.lexon.target NOTE {{.*}} AR {{.*}} 4{{$}}
// V3: Lexon
// V3: {"cpu":"x86-64-v3","features":["sse3","ssse3","sse4.1","sse4.2","popcnt","lzcnt","movbe","bmi","bmi2","avx","avx2","fma","f16c"],"version":1}
// SPR: "cpu":"sapphirerapids"
// SPR-NOT: amx
// SPR-SAME: "avx512fp16"]
// TILES: "avx512fp16","amx-tile","amx-bf16","amx-int8"]
// BASE: {"cpu":"x86-64","features":[],"version":1}
// ARM: {"cpu":"generic","features":[],"version":1}
// TEXT-NOT: note.lexon
llvm.func @nothing() {
  llvm.return
}
