//===- registers.c - a driver for a device that is only simulated ---------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// volatile objects, volatile members and pointers to volatile; function pointers in a constant table; masks and shifts
// of registers; sig_atomic_t set by a signal handler.
//
//===----------------------------------------------------------------------===//

#include <signal.h>
#include <stdint.h>
#include <stdio.h>

typedef struct {
  volatile uint32_t control;
  const volatile uint32_t status;
  volatile uint8_t data;
  uint8_t reserved[3];
  volatile uint16_t divisor, count;
} Uart;

enum { kEnable = 1 << 0, kLoop = 1 << 1, kParity = 1 << 2, kModeShift = 4, kModeMask = 7 << kModeShift };
enum { kReady = 1u << 31, kOverrun = 1u << 30, kLevelMask = 0xf };

static Uart device;
static uint8_t fifo[8];
static volatile sig_atomic_t interrupts;

static void on_signal(int number) {
  (void)number;
  interrupts = interrupts + 1;
}

static void set_status(uint32_t bits) { *(volatile uint32_t *)&device.status = bits; }

// What the hardware would do in a cycle.
static void simulate(void) {
  uint32_t status = device.status, level = status & kLevelMask;
  if (!(device.control & kEnable)) {
    set_status(0);
    return;
  }
  if (device.count) {
    uint8_t byte = device.data;
    if (device.control & kParity)
      byte |= (uint8_t)(__builtin_parity(byte & 0x7f) << 7);
    if (level == sizeof fifo) {
      status |= kOverrun;
      raise(SIGUSR1);
    } else
      fifo[level++] = byte;
    device.count--;
  }
  set_status((status & ~(uint32_t)kLevelMask) | level | kReady);
}

static void modify(volatile uint32_t *reg, uint32_t clear, uint32_t set) { *reg = (*reg & ~clear) | set; }

static int transmit(Uart *uart, const char *text) {
  int waits = 0;
  for (; *text; text++) {
    uart->data = (uint8_t)*text;
    uart->count++;
    do {
      simulate();
      waits++;
    } while (!(uart->status & kReady) && waits < 100);
    if (uart->status & kOverrun)
      break;
  }
  return waits;
}

static void show(const char *what, int waits) {
  printf("%-7s control %02x status %08x waits %d interrupts %d:", what, device.control, device.status, waits,
         (int)interrupts);
  for (uint32_t i = 0; i < (device.status & kLevelMask); i++)
    printf(" %02x", fifo[i]);
  printf("\n");
}

static void reset(void) { device.control = 0, simulate(); }
static void plain(void) { modify(&device.control, kModeMask | kParity, kEnable | 3 << kModeShift); }
static void parity(void) { modify(&device.control, kModeMask, kEnable | kParity | 5 << kModeShift); }

int main(void) {
  static const struct {
    const char *name;
    void (*configure)(void);
    const char *text;
  } steps[] = {{"plain", plain, "Hello"},
               {"parity", parity, "!?#"},
               {"overrun", plain, "x"},
               {"reset", reset, ""},
               {"again", parity, "abc"}};
  signal(SIGUSR1, on_signal);
  for (unsigned i = 0; i < sizeof steps / sizeof *steps; i++) {
    steps[i].configure();
    show(steps[i].name, transmit(&device, steps[i].text));
  }
  // Each of these reads and writes has to happen, and in this order.
  volatile int v = 1;
  int sum = 0;
  for (int i = 0; i < 5; i++)
    sum += v++, sum *= v;
  volatile int *volatile p = &v;
  *p += sum;
  printf("%d %d\n", sum, *p);
  return 0;
}
